// Warns before the sign-in ends, lets the person stay, and says plainly when it is over.

const dialog = document.getElementById("session");
const part = (name) => dialog.querySelector(`[data-${name}]`);
const form = dialog.querySelector("form");
const { url, warning } = dialog.dataset;
const LONGEST = 2 ** 31 - 1;
let timer = 0;
let ticking = 0;
let over = Number(dialog.dataset.ends);
let before = null;

// The page may be older than the session, so the server has the last word before anybody is disturbed.
async function secondsLeft(options) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, ...options });
    if (answer.status === 401) return -1;
    return answer.ok ? (await answer.json()).left : null;
  } catch {
    return null;
  }
}

function wait() {
  clearTimeout(timer);
  const pause = over - warning * 1000 - Date.now();
  timer = setTimeout(look, Math.min(Math.max(pause, 0), LONGEST));
}

async function look() {
  const left = await secondsLeft();
  if (left === null) {
    timer = setTimeout(look, 30000);
    return;
  }
  over = Date.now() + left * 1000;
  if (left > Number(warning)) wait();
  else open();
}

function open() {
  before = document.activeElement;
  part("before").hidden = false;
  part("after").hidden = true;
  if (!dialog.open) dialog.showModal();
  form.querySelector("button[type=submit]").focus();
  clearInterval(ticking);
  ticking = setInterval(tick, 1000);
  tick();
}

let said = "";
function tick() {
  const left = Math.max(0, Math.round((over - Date.now()) / 1000));
  part("left").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  const { words, over: ended } = part("said").dataset;
  const now = left > 0 ? `${words} ${Math.ceil(left / 60)}` : ended;
  if (now !== said) part("said").textContent = said = now;
  if (left > 0) return;
  clearInterval(ticking);
  part("before").hidden = true;
  part("after").hidden = false;
  const link = part("after").querySelector("a");
  link.href = `${dialog.dataset.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
  if (!dialog.open) dialog.showModal();
  link.focus();
}

function close() {
  dialog.close();
  before?.focus?.();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopPropagation();
  const left = await secondsLeft({ method: "POST", body: new FormData(form) });
  if (left === null) return;
  over = Date.now() + left * 1000;
  if (left < 0) {
    tick();
    return;
  }
  clearInterval(ticking);
  close();
  // At the end of the longest time the same few minutes come back: once warned is enough, then only the end is told.
  if (left > Number(warning)) wait();
  else timer = setTimeout(open, left * 1000);
});
part("later").addEventListener("click", () => {
  close();
  clearInterval(ticking);
  timer = setTimeout(open, Math.max(0, over - Date.now()));
});
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  if (!part("before").hidden) part("later").click();
});
wait();
