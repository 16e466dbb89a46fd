// Reviewing one report after another by keys. A single key acts only while no field has the focus, and all of them can
// be switched off; Ctrl+Enter sends the form that is being written.

const STORE = "review-keys";
const FIELDS = "input, textarea, select, [contenteditable]";
// A browser that keeps nothing throws at the mere question: then the keys are on, and a switch holds for this page.
let isOff = false;
try {
  isOff = localStorage.getItem(STORE) === "off";
} catch {}
const isOn = () => !isOff;
const desk = () => document.getElementById("desk");

function bind() {
  const label = desk()?.querySelector("[data-keys-switch]");
  if (!label || label.dataset.bound) return;
  label.dataset.bound = "true";
  label.hidden = false;
  const box = label.querySelector("input");
  box.checked = isOn();
  box.addEventListener("change", () => {
    isOff = !box.checked;
    try {
      localStorage.setItem(STORE, isOff ? "off" : "on");
    } catch {}
  });
}

function insert(number) {
  const select = desk().querySelector("select[data-canned]");
  const option = select?.options[number];
  if (!option) return false;
  select.selectedIndex = number;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function act(key) {
  if (key === "?") {
    const keys = desk().querySelector("[data-keys]");
    if (keys) keys.open = !keys.open;
    return Boolean(keys);
  }
  if (key === "r") {
    const remark = desk().querySelector("[data-send] textarea");
    remark?.focus();
    return Boolean(remark);
  }
  if (/^[1-9]$/.test(key)) return insert(Number(key));
  const button = desk().querySelector(`[data-key="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button);
}

// The key by its place, so that it is the same in the Russian and the Latin layout; "?" has another place in each.
function keyOf(event) {
  if (event.key === "?") return "?";
  const found = event.shiftKey ? null : event.code.match(/^(?:Key|Digit)(.)$/);
  return found ? found[1].toLowerCase() : "";
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-send]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat;
  if (!desk() || !plain || !isOn() || event.target.closest?.(FIELDS)) return;
  const key = keyOf(event);
  if (key && act(key)) event.preventDefault();
});

bind();
document.addEventListener("htmx:load", bind);
