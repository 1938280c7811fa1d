// The web chat's page: draws what the server holds, and sends what a person does.
//
// Every bubble has a key, made by whoever wrote it. What was sent is drawn at once under its key;
// the server's copy then takes its place. Whatever changes arrives as an event with a revision, so
// a page that lost its connection only asks for what came after the last revision that it saw.

const $ = (id) => document.getElementById(id);
const [log, rows, text, tray, menu, viewer] = ["log", "rows", "text", "tray", "menu", "viewer"].map($);

// The page came in the browser's language; so do the words that are made here. English is the key.
const spoken = JSON.parse(document.documentElement.dataset.spoken);
const t = (sentence, values = {}) => (spoken[sentence] ?? sentence).replace(/\{(\w+)\}/g, (_, name) => values[name]);

const REACTIONS = { "👍": t("Thumbs up"), "👎": t("Thumbs down"), "❤️": t("Heart"), "😂": t("Laugh"), "😮": t("Surprise") };
const GROUP_MS = 5 * 60_000; // bubbles of one person this close together stand together
const SILENT_MS = 40_000; // the server beats every 15 s: after this the connection is dead
const TYPING_MS = 30_000;
const MOST_PHOTOS = 30; // at once
const MOST_CAPTION = 1024; // characters; a longer one is sent as a message of its own
const BUSY = new Set([0, 502, 503, 504]); // statuses after which the same request may succeed

let fixed = { commands: [], max_photo_bytes: Infinity };
let revision = 0; // the last one seen
let answered = 0; // the revision of the bot's last word

// ---------------------------------------------------------------- requests

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refused(0, t("There is no connection."));
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, body.error ?? t("Something went wrong. Please try again."));
  return body;
}

const post = (path, body) =>
  request(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

// XMLHttpRequest, because fetch does not tell how far an upload is.
function upload(file, about, onProgress) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", "/api/photos");
    xhr.responseType = "json";
    const json = new TextEncoder().encode(JSON.stringify(about));
    xhr.setRequestHeader("X-Photo", btoa(String.fromCharCode(...json)));
    xhr.upload.onprogress = (event) => onProgress(event.loaded / event.total);
    xhr.onload = () => {
      if (xhr.status < 300) resolve(xhr.response);
      else reject(new Refused(xhr.status, xhr.response?.error ?? t("Something went wrong. Please try again.")));
    };
    xhr.onerror = () => reject(new Refused(0, t("There is no connection.")));
    xhr.send(file);
  });
}

// A UUID. crypto.randomUUID is missing where the page comes over plain http from another machine.
const newKey = () =>
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
    (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16),
  );

// Sends until it arrives or is refused for good. The ids make repeating harmless.
const connection = new EventTarget();
const tryNow = () => connection.dispatchEvent(new Event("back"));

async function delivered(send) {
  for (let wait = 1000; ; wait = Math.min(2 * wait, 15_000)) {
    try {
      return await send();
    } catch (error) {
      if (!BUSY.has(error.status)) throw error;
      await new Promise((resolve) => {
        connection.addEventListener("back", resolve, { once: true });
        setTimeout(resolve, wait);
      });
    }
  }
}

// ---------------------------------------------------------------- bubbles

const known = new Map(); // key -> bubble, as the server tells it or as it is being sent
const nodes = new Map(); // key -> article; the photos of an album share one
const figures = new Map(); // key -> the button that shows its photo or picture
const previews = new Map(); // key -> blob URL of a photo sent from this page
const nameOf = ({ author }) => (author === "me" ? t("You") : "nonesuch");
const items = (article) => article.dataset.keys.split(" ").flatMap((key) => known.get(key) ?? []);

function show(bubble) {
  const before = known.get(bubble.key);
  if (before?.revision >= bubble.revision) return;
  known.set(bubble.key, bubble);
  let article = nodes.get(bubble.key);
  if (!article) {
    article = albumOf(bubble) ?? newArticle(bubble);
    article.dataset.keys = `${article.dataset.keys ?? ""} ${bubble.key}`.trim();
    nodes.set(bubble.key, article);
  }
  if (bubble.id && !article.dataset.id) article.dataset.id = bubble.id;
  if (!article.isConnected) place(article);
  if (bubble.author === "bot" && bubble.progress === null) answered = Math.max(answered, bubble.revision);
  draw(article);
}

function albumOf(bubble) {
  if (!bubble.group) return null;
  const other = [...known.values()].find((one) => one.group === bubble.group && nodes.has(one.key));
  return other && nodes.get(other.key);
}

function newArticle(bubble) {
  const article = $("row").content.firstElementChild.cloneNode(true);
  article.classList.add(bubble.author);
  return article;
}

// In the order of ids; what is being sent has none yet and stays at the end.
function place(article) {
  const idOf = (row) => Number(row.dataset.id ?? Infinity);
  let next = null;
  for (let row = rows.lastElementChild; row && idOf(row) > idOf(article); row = row.previousElementSibling) next = row;
  rows.insertBefore(article, next);
}

function draw(article) {
  const all = items(article);
  const [first] = all;
  const part = (name) => article.querySelector(name);
  put(part(".text"), all.map((one) => one.text).find(Boolean) ?? "");
  drawQuote(part(".quote"), first.quote);
  drawPhotos(part(".photos"), all.filter((one) => one.photo || one.picture));
  drawButtons(article, part(".buttons"), first.buttons ?? []);
  drawProgress(part(".progress"), first.progress ?? null);
  drawReaction(part(".reaction"), first.reaction ?? "");
  drawFailure(part(".failed"), all.find((one) => one.failed)?.failed ?? "");
  const at = new Date(first.at);
  part("time").dateTime = first.at;
  put(part("time"), at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  part(".text").dataset.time = part("time").textContent;
  article.setAttribute("aria-label", `${nameOf(first)}, ${part("time").textContent}`);
  tidySoon();
}

// Text that did not change is left alone, or a screen reader would say it again.
function put(node, value) {
  if (node.textContent !== value) node.textContent = value;
  node.hidden = !value;
}

function drawQuote(node, quote) {
  node.hidden = !quote;
  if (!quote) return;
  node.querySelector("b").textContent = nameOf(quote);
  node.querySelector("span").textContent = quote.text || t("Photo");
  node.dataset.id = quote.id;
  node.style.backgroundImage = quote.photo ? `url("/photos/${quote.photo}")` : "";
  node.classList.toggle("pictured", Boolean(quote.photo));
}

function drawPhotos(node, photos) {
  node.hidden = !photos.length;
  node.dataset.count = photos.length;
  photos.forEach((bubble) => {
    let figure = figures.get(bubble.key);
    if (!figure) figures.set(bubble.key, (figure = newFigure(bubble)));
    if (bubble.picture) drawPicture(figure, bubble);
    if (figure.parentNode !== node) node.append(figure);
    const ring = figure.querySelector(".ring");
    ring.hidden = Boolean(bubble.id) || Boolean(bubble.failed);
    ring.style.setProperty("--done", bubble.sent ?? 0);
  });
}

// A picture of ours; an edit may put another one in its place.
function drawPicture(figure, { id, picture }) {
  const url = `/pictures/${id}/${picture.path.split("/").pop()}`;
  if (figure.dataset.url === url) return;
  const img = figure.querySelector("img");
  figure.dataset.url = url;
  figure.style.setProperty("--ratio", picture.width_px / picture.height_px);
  img.alt = picture.about;
  showPicture(figure, img, url, t("This picture is no longer kept."));
}

function newFigure({ key, photo }) {
  const figure = $("figure").content.firstElementChild.cloneNode(true);
  const img = figure.querySelector("img");
  figure.dataset.key = key;
  if (!photo) return figure;
  figure.setAttribute("aria-label", `${t("Photo")} ${photo.name}`.trim());
  if (photo.pixels) figure.style.setProperty("--ratio", photo.pixels[0] / photo.pixels[1]);
  showPicture(figure, img, previews.get(key) ?? `/photos/${photo.sha256}`, photo.name);
  return figure;
}

// A photo that the browser can't show gets a placeholder with its name.
function showPicture(box, img, url, name, onSize = () => {}) {
  const unshown = box.querySelector(".unshown");
  unshown.querySelector("span").textContent = name || t("No preview");
  img.onload = () => {
    [img.hidden, unshown.hidden] = [false, true];
    onSize([img.naturalWidth, img.naturalHeight]);
  };
  img.onerror = () => {
    [img.hidden, unshown.hidden] = [true, false];
    box.style.removeProperty("--ratio");
  };
  img.src = url;
}

// Once the bot has answered there is a kept form, which browsers show.
function showAgain(article) {
  for (const { key, photo } of items(article)) {
    const img = figures.get(key)?.querySelector("img");
    if (!photo?.sha256 || !img?.hidden || img.dataset.again) continue;
    img.dataset.again = "yes";
    img.src = `/photos/${photo.sha256}`;
  }
}

function drawButtons(article, node, lines) {
  const drawn = JSON.stringify(lines);
  if (node.dataset.drawn === drawn) return;
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  const at = [...node.querySelectorAll("button")].indexOf(focused);
  node.dataset.drawn = drawn;
  node.hidden = !lines.length;
  node.replaceChildren(
    ...lines.map((line) => {
      const row = document.createElement("div");
      row.append(
        ...line.map(({ action, label }) => {
          const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
          button.dataset.action = action;
          return button;
        }),
      );
      return row;
    }),
  );
  if (!focused) return;
  const buttons = [...node.querySelectorAll("button")];
  (buttons.find((one) => one.dataset.action === focused.dataset.action) ?? buttons[at] ?? article).focus();
}

function drawProgress(node, progress) {
  node.hidden = progress === null;
  const percent = Math.round(100 * (progress ?? 0));
  node.setAttribute("aria-valuenow", percent);
  node.firstElementChild.style.width = `${percent}%`;
}

function drawReaction(node, emoji) {
  put(node, emoji);
  node.setAttribute("aria-label", t("Your reaction: {name}. Take it back", { name: REACTIONS[emoji] ?? emoji }));
}

function drawFailure(node, sentence) {
  node.hidden = !sentence;
  put(node.querySelector("span"), sentence);
}

// ---------------------------------------------------------------- the whole column

let tidying = 0;
const tidySoon = () => (tidying ||= requestAnimationFrame(tidy));

// What depends on the neighbours: tails, days, ticks, which row takes the focus.
function tidy() {
  tidying = 0;
  let before = null;
  for (const article of rows.children) {
    const [first] = items(article);
    const at = new Date(first.at);
    const day = dayOf(at);
    const newDay = day !== before?.day;
    article.toggleAttribute("data-day", newDay);
    if (newDay) article.dataset.day = day;
    article.classList.toggle("first", newDay || first.author !== before.author || at - before.at > GROUP_MS);
    const above = article.previousElementSibling;
    const quote = article.querySelector(".quote");
    const quotesAbove = first.author === "bot" && above && items(above).some((one) => one.id === first.quote?.id);
    quote.hidden = !first.quote || quotesAbove;
    if (first.author === "me") drawTick(article);
    before = { day, at, author: first.author };
  }
  const current = document.activeElement?.closest?.("article") ?? rows.lastElementChild;
  rows.querySelectorAll('article[tabindex="0"]').forEach((one) => (one.tabIndex = -1));
  if (current) current.tabIndex = 0;
}

function dayOf(at) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days < 2) return days < 1 ? t("Today") : t("Yesterday");
  return at.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
}

function drawTick(article) {
  const all = items(article);
  const done = all.every((one) => one.revision < answered);
  const [icon, label] = all.some((one) => one.failed)
    ? ["failed", t("Not sent")]
    : !all.every((one) => one.id)
      ? ["clock", t("Sending")]
      : done
        ? ["ticks", t("Answered")]
        : ["tick", t("Sent")];
  const tick = article.querySelector(".tick");
  if (tick.dataset.state === icon) return;
  tick.dataset.state = icon;
  tick.setAttribute("aria-label", label);
  tick.firstElementChild.setAttribute("href", `#i-${icon}`);
  if (done) showAgain(article);
}

let stuck = true; // to the bottom
let unread = 0;

function toBottom(behavior = "instant") {
  log.scrollTo({ top: log.scrollHeight, behavior });
  setUnread(0);
}

function setUnread(count) {
  unread = count;
  $("newest").hidden = stuck;
  $("newest").querySelector("span").textContent = count ? t("{count} new", { count }) : "";
  const news = count === 1 ? t("1 new message") : t("{count} new messages", { count });
  $("newest").setAttribute("aria-label", count ? news : t("To the newest message"));
  document.title = count && document.hidden ? `(${count}) nonesuch` : "nonesuch";
}

log.addEventListener("scroll", () => {
  stuck = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  setUnread(stuck && !document.hidden ? 0 : unread);
  if (log.scrollTop < 300 && !$("older").hidden) showOlder();
});
new ResizeObserver(() => stuck && toBottom()).observe(rows);
new ResizeObserver(() => stuck && toBottom()).observe(log);
$("newest").onclick = () => toBottom(matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth");

let loading = false;
async function showOlder() {
  const oldest = rows.querySelector("[data-id]")?.dataset.id;
  if (loading || !oldest) return;
  loading = true;
  try {
    const page = await request(`/api/history?before=${oldest}`);
    const below = log.scrollHeight - log.scrollTop;
    page.messages.forEach(show);
    log.scrollTop = log.scrollHeight - below;
    $("older").hidden = !page.more;
  } catch (error) {
    toast(error.message);
  } finally {
    loading = false;
  }
}
$("older").onclick = showOlder;

// ---------------------------------------------------------------- live

let source = null;
let heard = Date.now();
let typingEnds = 0;

// Begins, and begins again when the server does not know this page any more.
async function open() {
  try {
    const page = await post("/api/open");
    fixed = page;
    $("badge").hidden = !page.admin;
    $("older").hidden = !page.more;
    if (page.revision < revision) forget();
    page.messages.forEach(show);
    revision ||= page.revision; // later: all that came after the last one seen, edits of old bubbles too
    log.setAttribute("aria-busy", "false");
    listen();
  } catch (error) {
    setState(error.status ? error.message : t("waiting for a connection…"));
    setTimeout(open, 3000);
  }
}

// The chat was emptied on the server: so it is here. What is being sent stays.
function forget() {
  [revision, answered] = [0, 0];
  for (const [key, bubble] of known) {
    if (!bubble.id) continue;
    nodes.get(key)?.remove();
    [known, nodes, figures].forEach((map) => map.delete(key));
  }
}

function listen() {
  source?.close();
  $("elsewhere").hidden = true;
  heard = Date.now();
  source = new EventSource(`/api/events?after=${revision}`);
  const on = (name, act) =>
    source.addEventListener(name, ({ data }) => {
      heard = Date.now();
      act(JSON.parse(data));
    });
  source.onopen = () => {
    setState(t("online"));
    tryNow();
  };
  source.onerror = ({ target }) => {
    setState(t("reconnecting…"));
    if (target === source && target.readyState === EventSource.CLOSED) setTimeout(open, 3000);
  };
  on("beat", () => {});
  on("bubble", arrived);
  on("typing", () => setTyping(true));
  on("notice", ({ text: words, tap }) => (tap === null || taps.has(tap)) && toast(words));
  on("reset", () => {
    source.close();
    forget();
    open();
  });
  on("elsewhere", () => {
    source.close();
    setState(t("open in another window"));
    $("elsewhere").hidden = false;
  });
}
$("elsewhere").querySelector("button").onclick = listen;

function arrived(bubble) {
  const fresh = !known.has(bubble.key);
  revision = Math.max(revision, bubble.revision);
  show(bubble);
  if (bubble.author !== "bot") return;
  setTyping(false);
  rows.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  if (fresh && (!stuck || document.hidden)) setUnread(unread + 1);
}

function setState(words) {
  $("state").dataset.at = words;
  put($("state"), $("typing").hidden ? words : t("typing…"));
}

function setTyping(on) {
  clearTimeout(typingEnds);
  $("typing").hidden = !on;
  if (on) typingEnds = setTimeout(() => setTyping(false), TYPING_MS);
  setState($("state").dataset.at);
  if (stuck) toBottom();
}

function lookAlive() {
  if (document.hidden || !$("elsewhere").hidden) return;
  if (source && Date.now() - heard > SILENT_MS) listen();
  if (stuck) setUnread(0);
}
setInterval(lookAlive, 5000);
document.addEventListener("visibilitychange", lookAlive);
addEventListener("online", () => {
  tryNow();
  if (source && source.readyState !== EventSource.OPEN) listen();
});

// ---------------------------------------------------------------- sending

const outgoing = []; // [key, send]: one after the other, so that an album keeps its order
let pumping = false;

function queue(bubble, send) {
  show({ ...bubble, author: "me", at: new Date().toISOString(), id: null, revision: 0 });
  outgoing.push([bubble.key, send]);
  stuck = true;
  toBottom();
  pump();
}

async function pump() {
  if (pumping) return;
  pumping = true;
  for (; outgoing.length; outgoing.shift()) {
    const [key, send] = outgoing[0];
    try {
      show(await delivered(send));
    } catch (error) {
      failed(key, error, send);
    }
  }
  pumping = false;
}

function update(key, change) {
  const bubble = known.get(key);
  if (!bubble || bubble.id) return; // the server's copy came first
  Object.assign(bubble, change);
  draw(nodes.get(key));
}

const retries = new Map(); // key -> send
function failed(key, error, send) {
  retries.set(key, send);
  update(key, { failed: `${t("Not sent.")} ${error.message}` });
  if (error.status === 401) open();
}

function tryAgain(article) {
  for (const { key } of items(article)) {
    if (!retries.has(key)) continue;
    update(key, { failed: "" });
    outgoing.push([key, retries.get(key)]);
    retries.delete(key);
  }
  pump();
}

addEventListener("beforeunload", (event) => outgoing.length && event.preventDefault());

const taps = new Set();
async function tap(button, article) {
  const id = newKey();
  taps.add(id);
  button.setAttribute("aria-busy", "true");
  try {
    const message = items(article)[0].id;
    await delivered(() => post("/api/messages", { type: "tap", id, message, action: button.dataset.action }));
  } catch (error) {
    button.removeAttribute("aria-busy");
    toast(error.message);
  }
}

async function react(bubble, emoji) {
  const id = newKey();
  const before = bubble.reaction;
  const set = (reaction) => {
    if (!known.has(bubble.key)) return; // the chat was emptied meanwhile
    known.get(bubble.key).reaction = reaction;
    draw(nodes.get(bubble.key));
  };
  set(emoji);
  try {
    await delivered(() => post("/api/messages", { type: "reaction", id, message: bubble.id, emoji }));
  } catch (error) {
    set(before);
    toast(error.message);
  }
}

// ---------------------------------------------------------------- writing

const PLACEHOLDER = matchMedia("(pointer: coarse)").matches ? t("Message") : t("Message, or drop a photo");
let chosen = []; // photos in the tray: {file, url, pixels}
let quoted = null; // the bubble that is replied to

function submit() {
  const words = text.value.trim();
  const reply_to = quoted?.id ?? null;
  const quote = quoted && { id: quoted.id, author: quoted.author, text: quoted.text, photo: quoted.photo?.sha256 };
  const isCaption = chosen.length && words.length <= MOST_CAPTION;
  if (words && !isCaption) sendText(words, reply_to, quote);
  if (chosen.length) sendPhotos(isCaption ? words : "", reply_to, quote);
  text.value = "";
  chosen = [];
  quoteMessage(null);
  drawTray();
}

function sendText(words, reply_to, quote) {
  const key = newKey();
  queue({ key, text: words, quote }, () =>
    post("/api/messages", { type: "text", id: key, text: words, reply_to }),
  );
}

function sendPhotos(words, reply_to, quote) {
  const group = chosen.length > 1 ? newKey() : null;
  chosen.forEach(({ file, url, pixels }, index) => {
    const key = newKey();
    const about = { id: key, name: file.name.slice(0, 255), group, pixels, text: index ? "" : words, reply_to };
    previews.set(key, url);
    queue({ key, text: about.text, quote, group, photo: { name: about.name, pixels } }, () =>
      upload(file, about, (sent) => update(key, { sent })),
    );
  });
}

function addFiles(files) {
  for (const file of files) {
    if (file.size > fixed.max_photo_bytes) {
      const mb = Math.round(fixed.max_photo_bytes / 2 ** 20);
      toast(t("{name} is over {mb} MB, the most that can be sent.", { name: file.name, mb }));
    } else if (chosen.length === MOST_PHOTOS) {
      toast(t("{count} photos at once are the most. Send the others after these.", { count: MOST_PHOTOS }));
      break;
    } else {
      chosen.push({ file, url: URL.createObjectURL(file), pixels: null });
    }
  }
  drawTray();
  text.focus();
}

function drawTray() {
  tray.hidden = !chosen.length;
  text.placeholder = chosen.length ? t("Add a caption") : PLACEHOLDER;
  const kept = new Map([...tray.children].map((thumb) => [thumb.dataset.url, thumb]));
  tray.replaceChildren(...chosen.map((one) => kept.get(one.url) ?? newThumb(one)));
  onInput();
}

function newThumb(one) {
  const thumb = $("thumb").content.firstElementChild.cloneNode(true);
  const remove = thumb.querySelector("button");
  thumb.dataset.url = one.url;
  thumb.querySelector("img").alt = one.file.name;
  remove.setAttribute("aria-label", t("Remove {name}", { name: one.file.name }));
  remove.onclick = () => {
    URL.revokeObjectURL(one.url);
    chosen = chosen.filter((other) => other !== one);
    drawTray();
    text.focus();
  };
  showPicture(thumb, thumb.querySelector("img"), one.url, one.file.name, (pixels) => (one.pixels = pixels));
  return thumb;
}

function quoteMessage(bubble) {
  quoted = bubble;
  const box = $("quoting");
  box.hidden = !bubble;
  if (!bubble) return;
  box.querySelector("b").textContent = nameOf(bubble);
  box.querySelector("span").textContent = bubble.text || t("Photo");
  text.focus();
}
$("quoting").querySelector("button").onclick = () => {
  quoteMessage(null);
  text.focus();
};

// Commands are suggested while the first word is being written.
let suggested = [];
let marked = 0;

function matchingCommands() {
  const [, word] = text.value.toLowerCase().match(/^\/(\w*)$/) ?? [];
  return word === undefined ? [] : fixed.commands.filter(({ name }) => name.startsWith(word));
}

function suggest(commands) {
  const list = $("suggestions");
  suggested = commands;
  list.hidden = !suggested.length;
  list.replaceChildren(
    ...suggested.map(({ name, about }, index) => {
      const option = document.createElement("li");
      option.id = `command-${index}`;
      option.role = "option";
      option.append(Object.assign(document.createElement("b"), { textContent: `/${name}` }), ` ${about}`);
      option.onclick = () => complete(index, true);
      return option;
    }),
  );
  mark(0);
}

function mark(index) {
  marked = index;
  const options = [...$("suggestions").children];
  options.forEach((option, at) => option.setAttribute("aria-selected", at === index));
  options[index]?.scrollIntoView({ block: "nearest" });
  if (options.length) text.setAttribute("aria-activedescendant", `command-${index}`);
  else text.removeAttribute("aria-activedescendant");
}

function complete(index, send) {
  text.value = `/${suggested[index].name}${send ? "" : " "}`;
  onInput();
  if (send) submit();
  text.focus();
}

function onInput() {
  $("send").disabled = !text.value.trim() && !chosen.length;
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
  suggest(matchingCommands());
}

text.addEventListener("input", onInput);
text.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (suggested.length) complete(marked, true);
    else submit();
  } else if (suggested.length && event.key === "Tab" && !event.shiftKey) {
    event.preventDefault();
    complete(marked, false);
  } else if (suggested.length && step) {
    event.preventDefault();
    mark((marked + step + suggested.length) % suggested.length);
  } else if (event.key === "ArrowUp" && !text.value) {
    event.preventDefault();
    rows.lastElementChild?.focus();
  } else if (event.key === "Escape") {
    escape();
  }
});

function escape() {
  if (suggested.length) suggest([]);
  else if (quoted) quoteMessage(null);
  else if (chosen.length) {
    chosen = [];
    drawTray();
  }
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
  text.focus();
});
for (const input of [$("file"), $("camera")]) {
  input.addEventListener("change", () => {
    addFiles([...input.files]);
    input.value = "";
  });
}
document.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files];
  if (!files.length) return;
  event.preventDefault();
  addFiles(files);
});

// Photos may be dropped anywhere on the page.
let inside = 0;
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
for (const [name, change] of [["dragenter", 1], ["dragleave", -1], ["dragover", 0], ["drop", 0]]) {
  addEventListener(name, (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    inside = name === "drop" ? 0 : inside + change;
    $("drop").hidden = inside === 0;
    if (name === "drop") addFiles([...event.dataTransfer.files]);
  });
}

// ---------------------------------------------------------------- acting on a bubble

rows.addEventListener("click", ({ target }) => {
  const article = target.closest("article");
  const button = target.closest("button");
  if (!button || menuIsOpen()) return;
  if (button.matches(".more")) openMenu(article, button.getBoundingClientRect());
  else if (button.matches(".reaction")) react(items(article)[0], "");
  else if (button.matches(".quote")) goTo(button.dataset.id);
  else if (button.matches(".photo")) view(button);
  else if (button.closest(".failed")) tryAgain(article);
  else if (button.dataset.action && !button.ariaBusy) tap(button, article);
});

function goTo(id) {
  const article = [...known.values()].find((one) => one.id === id);
  const node = article && nodes.get(article.key);
  if (!node) return toast(t("That message is further up."));
  node.scrollIntoView({ block: "center" });
  node.focus();
}

function view(figure) {
  const img = figure.querySelector("img");
  if (img.hidden) return;
  Object.assign(viewer.querySelector("img"), { src: img.src, alt: img.alt });
  viewer.showModal();
}
viewer.addEventListener("click", ({ target }) => target.closest("button") || viewer.close());

const bubbleBox = (article) => article.querySelector(".bubble").getBoundingClientRect();

// The menu of a bubble: reactions to ours, reply, copy.
let opener = null;

function openMenu(article, near, figure = null) {
  const bubble = items(article).find((one) => one.key === figure?.dataset.key) ?? items(article)[0];
  if (!bubble.id) return;
  opener = article;
  const reactions = document.createElement("div");
  reactions.hidden = bubble.author !== "bot";
  reactions.append(
    ...Object.entries(REACTIONS).map(([emoji, label]) => {
      const on = bubble.reaction === emoji;
      const entry = menuEntry(emoji, () => react(bubble, on ? "" : emoji));
      entry.setAttribute("aria-label", on ? t("Take back: {name}", { name: label }) : label);
      entry.classList.toggle("on", on);
      return entry;
    }),
  );
  const reply = menuEntry(t("Reply"), () => quoteMessage(bubble), "reply");
  const copy = menuEntry(t("Copy text"), () => navigator.clipboard.writeText(bubble.text), "copy");
  copy.hidden = !bubble.text || !navigator.clipboard;
  menu.replaceChildren(reactions, reply, copy);
  if (!menuIsOpen()) menu.showPopover();
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(near.left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(near.bottom + 4, innerHeight - height - 8))}px`;
  menuEntries()[0].focus();
}

const menuEntries = () => [...menu.querySelectorAll("button")].filter((entry) => entry.checkVisibility());

function menuEntry(label, act, icon = "") {
  const entry = $("entry").content.firstElementChild.cloneNode(true);
  if (icon) entry.querySelector("use").setAttribute("href", `#i-${icon}`);
  else entry.querySelector("svg").remove();
  entry.append(label);
  entry.onclick = () => {
    menu.hidePopover();
    opener.focus();
    act();
  };
  return entry;
}

// Not light-dismissed: lifting the finger that opened it would close it.
const menuIsOpen = () => menu.matches(":popover-open");
addEventListener("pointerdown", ({ target }) => menuIsOpen() && !menu.contains(target) && menu.hidePopover());
menu.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    menu.hidePopover();
    opener.focus();
  }
  if (!step) return;
  event.preventDefault();
  const entries = menuEntries();
  entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length].focus();
});

// Right click, the menu key, or a long press (which fires no event of its own on iOS).
rows.addEventListener("contextmenu", (event) => {
  const article = event.target.closest("article");
  if (!article || String(getSelection())) return;
  event.preventDefault();
  const point = { left: event.clientX, bottom: event.clientY };
  openMenu(article, event.clientX ? point : bubbleBox(article), event.target.closest(".photo"));
});

// A finger held still opens the menu; drawn to the side, it replies.
let finger = null;
rows.addEventListener("pointerdown", ({ pointerType, target, clientX: x, clientY: y }) => {
  const article = target.closest("article");
  if (pointerType !== "touch" || !article) return;
  const hold = () => openMenu(article, { left: x, bottom: y }, target.closest(".photo"));
  finger = { article, x, y, by: 0, held: setTimeout(hold, 500) };
});
addEventListener("pointermove", ({ clientX, clientY }) => {
  if (!finger) return;
  const [across, down] = [clientX - finger.x, Math.abs(clientY - finger.y)];
  if (Math.abs(across) + down > 8) clearTimeout(finger.held);
  finger.by = across > 2 * down ? Math.min(across, 72) : 0;
  finger.article.style.transform = finger.by > 8 ? `translateX(${finger.by}px)` : "";
});
for (const name of ["pointerup", "pointercancel"]) {
  addEventListener(name, () => {
    if (!finger) return;
    clearTimeout(finger.held);
    finger.article.style.transform = "";
    const [bubble] = items(finger.article);
    if (name === "pointerup" && finger.by > 56 && bubble.id) quoteMessage(bubble);
    finger = null;
  });
}

// The rows are one stop of the Tab key; arrows move between them.
rows.addEventListener("keydown", (event) => {
  const article = event.target;
  if (event.key === "Escape") text.focus();
  if (!article.matches("article")) return;
  const to = {
    ArrowUp: article.previousElementSibling,
    ArrowDown: article.nextElementSibling ?? text,
    Home: rows.firstElementChild,
    End: rows.lastElementChild,
  }[event.key];
  if (to) to.focus();
  else if (event.key === "Enter" || event.key === " ") openMenu(article, bubbleBox(article));
  else return;
  event.preventDefault();
});
rows.addEventListener("focusin", tidySoon);

let toastEnds = 0;
function toast(words) {
  clearTimeout(toastEnds);
  $("toast").textContent = words;
  toastEnds = setTimeout(() => ($("toast").textContent = ""), 6000);
}

drawTray();
await open();
text.focus({ preventScroll: true });
