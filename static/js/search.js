// The search from any page: / leads to its field, arrows walk what is suggested under it, Escape leaves that.

const FIELDS = "input, textarea, select, [contenteditable]";
const field = () => [...document.querySelectorAll("[data-search-field], .finder input[type=search]")].find((input) => input.offsetParent);
const list = () => document.getElementById("suggestions");
const links = () => [...(list()?.querySelectorAll("a") ?? [])];

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest(FIELDS)) return;
  const input = field();
  if (!input) return;
  event.preventDefault();
  input.focus();
  input.select();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest("form.search");
  if (!form) return;
  const found = links();
  if (event.key === "Escape" && list().childElementCount) {
    event.preventDefault(); // the next Escape empties the field
    list().replaceChildren();
    form.querySelector("input").focus();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !found.length) return;
  event.preventDefault();
  const next = found.indexOf(event.target) + step;
  if (next < 0) form.querySelector("input").focus();
  else found[Math.min(next, found.length - 1)].focus();
});

document.addEventListener("focusout", (event) => {
  const form = event.target.closest("form.search");
  if (form && event.relatedTarget && !form.contains(event.relatedTarget)) list().replaceChildren();
});
document.addEventListener("pointerdown", (event) => {
  if (list()?.childElementCount && !event.target.closest("form.search")) list().replaceChildren();
});
