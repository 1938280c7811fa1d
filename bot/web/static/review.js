// The keyboard of the review page, and one label for several photos. The rest is plain forms.

const form = document.querySelector("form");
const cards = [...form.querySelectorAll("article")];
let sent = false;

const pick = (card) => card.querySelector("[name=chosen]");
const classes = (card) => [...card.querySelectorAll("fieldset input")];
const current = () => document.activeElement.closest("article") ?? cards[0];
const selected = () => cards.filter((card) => pick(card).checked);

/** Press a button: of the selected photos, or else of the current one. */
function press(verb) {
  const several = verb === "undo" || selected().length > 0;
  const button = several
    ? form.querySelector(`.tools [value=${verb}]`)
    : current()?.querySelector(`[value^="${verb}:"]`);
  if (button && !button.disabled && !sent) form.requestSubmit(button);
}

/** Give all selected photos the state of this class, if the photo that it is of is among them. */
function spread(box) {
  const chosen = selected();
  if (!chosen.includes(box.closest("article"))) return;
  for (const other of chosen.flatMap(classes)) {
    if (other.value === box.value) other.checked = box.checked;
  }
}

function toggle(key) {
  const of = selected()[0] ?? current();
  const box = of?.querySelector(`label[data-key="${CSS.escape(key)}"] input`);
  if (!box) return false;
  box.checked = !box.checked;
  spread(box);
  return true;
}

function move(step, selecting) {
  const from = current();
  const to = cards[cards.indexOf(from) + step];
  if (!to) return;
  if (selecting) pick(from).checked = pick(to).checked = true;
  to.focus();
}

/** How many photos stand in a row. */
const wide = () => cards.filter((card) => card.offsetTop === cards[0].offsetTop).length;

const KEYS = {
  ArrowLeft: (event) => move(-1, event.shiftKey),
  ArrowRight: (event) => move(1, event.shiftKey),
  ArrowUp: (event) => move(-wide(), event.shiftKey),
  ArrowDown: (event) => move(wide(), event.shiftKey),
  j: () => move(1),
  k: () => move(-1),
  Enter: () => press("save"),
  n: () => press("none"),
  s: () => press("skip"),
  u: () => press("undo"),
  " ": () => (pick(current()).checked = !pick(current()).checked),
  a: () => cards.forEach((card) => (pick(card).checked = true)),
  Escape: () => cards.forEach((card) => (pick(card).checked = false)),
};

document.addEventListener("keydown", (event) => {
  const own = event.target.matches("button, a") || (event.key === " " && event.target.matches("input"));
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (own && [" ", "Enter"].includes(event.key)) return; // what has the focus is pressed
  if (!cards.length && event.key !== "u") return;
  const does = KEYS[event.key];
  if (does) does(event);
  if (does || toggle(event.key)) event.preventDefault();
});
form.addEventListener("change", (event) => event.target.matches("fieldset input") && spread(event.target));
form.addEventListener("submit", () => (sent = true));
window.addEventListener("pageshow", () => (sent = false));
