// Toasts: short messages that come without a new page. They go by themselves, but never from under a pointer or the
// focus, and an error or warning stays until it is closed.

const region = document.getElementById("toasts");
const SECONDS = 10;
const STAY = ["error", "warning"];

function bind(toast) {
  toast.dataset.bound = "true";
  toast.querySelector("[data-close]")?.addEventListener("click", () => toast.remove());
  if (STAY.includes(toast.dataset.toast)) return;
  let timer = 0;
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), SECONDS * 1000);
  };
  const stop = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("pointerleave", () => !toast.contains(document.activeElement) && start());
  toast.addEventListener("focusin", stop);
  toast.addEventListener("focusout", () => !toast.matches(":hover") && start());
  start();
}
const bindAll = () => region?.querySelectorAll("[data-toast]:not([data-bound])").forEach(bind);

if (region) new MutationObserver(bindAll).observe(region, { childList: true });

function fail(words) {
  const toast = document.getElementById("toast-of-failure").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-words]").textContent = words;
  region.append(toast);
}

// A refusal that is a part of this page is put in its place like any other part; anything else is said in words.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400) return;
  const isPart = xhr.getResponseHeader("X-Part") !== null;
  event.detail.shouldSwap = isPart;
  event.detail.isError = !isPart;
  if (!isPart) fail(document.body.dataset.refused);
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => fail(document.body.dataset.failed));
}

// After a press on a link of the pages the reader goes on from the beginning of the list; a row that was decided keeps
// the place of the focus. Everywhere else htmx leaves the focus where it is.
document.addEventListener("htmx:afterSwap", (event) => {
  const pressed = event.detail.requestConfig?.elt;
  const target = document.getElementById(event.detail.target?.id);
  if (!target || !(pressed?.closest(".pages") || target.id.startsWith("row-"))) return;
  if (document.activeElement && document.activeElement !== document.body) return;
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
});
