// Keeps what happens now up to date. Without it the admin page says the same when it is loaded anew.

const EVERY_MS = 2000;
const now = document.getElementById("now");
let shown = "";

async function look() {
  if (document.hidden) return;
  const response = await fetch("/admin/now").catch(() => null); // the bot may be starting again
  if (!response?.ok) return;
  const html = await response.text();
  if (html === shown) return;
  const trained = now.querySelector("progress");
  const focused = now.contains(document.activeElement) && document.activeElement.localName;
  now.innerHTML = shown = html;
  if (focused) now.querySelector(focused)?.focus();
  if (trained && !now.querySelector("progress")) location.reload(); // there may be a new version
}

setInterval(look, EVERY_MS);
