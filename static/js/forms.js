// Forms: files are sent with their progress in sight, dates may be picked. Without scripts a form is sent as always.

// Uploads. The portal answers with the address of the next page (X-Location) or with this page and what is wrong in it.
function hasFiles(form) {
  return [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
}

function showProgress(form) {
  form.querySelector(".upload")?.remove();
  const box = document.getElementById("uploading").content.firstElementChild.cloneNode(true);
  form.append(box);
  const bar = box.querySelector("progress");
  const figures = box.querySelector(".progress__line span:last-child");
  const digits = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  const show = (part) => {
    bar.value = Math.round(part * 100);
    figures.textContent = bar.textContent = digits.format(part);
  };
  show(0);
  return show;
}

function showAnswer(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main) return false;
  document.title = page.title;
  document.querySelector("main").replaceWith(document.adoptNode(main));
  window.htmx?.process(main);
  document.dispatchEvent(new CustomEvent("portal:part", { detail: main }));
  return true;
}

function fail(form) {
  form.querySelector(".upload")?.remove();
  document.dispatchEvent(new CustomEvent("portal:unsent", { detail: form }));
}

function upload(form, submitter) {
  const request = new XMLHttpRequest();
  const show = showProgress(form);
  request.open("POST", submitter?.hasAttribute("formaction") ? submitter.formAction : form.action);
  request.setRequestHeader("X-Upload", "1");
  request.upload.addEventListener("progress", (event) => event.lengthComputable && show(event.loaded / event.total));
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("X-Location");
    if (next) location.assign(next);
    else if (!showAnswer(request.responseText)) fail(form);
  });
  request.addEventListener("error", () => fail(form));
  request.send(new FormData(form, submitter));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.enctype !== "multipart/form-data" || !hasFiles(form)) return;
  event.preventDefault();
  upload(form, event.submitter);
});

// Dates are typed in any usual way; the calendar of the browser stands beside for whoever would rather pick.
function bindDate(input) {
  const picker = input.parentElement.querySelector("[data-calendar]");
  const native = input.parentElement.querySelector("[data-day]");
  if (!picker || !native || input.dataset.bound || !native.showPicker) return;
  input.dataset.bound = "true";
  picker.hidden = native.hidden = false;
  picker.addEventListener("click", () => {
    const typed = input.value.trim().match(/^(\d{1,2})\.(\d{1,2})\.(\d{4})/);
    if (typed) native.value = `${typed[3]}-${typed[2].padStart(2, "0")}-${typed[1].padStart(2, "0")}`;
    native.showPicker();
  });
  native.addEventListener("change", () => {
    if (!native.value) return;
    const time = input.value.match(/\d{1,2}:\d{2}/) || ["10:00"];
    input.value = native.value.split("-").reverse().join(".") + ("moment" in input.dataset ? ` ${time[0]}` : "");
    for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
    input.focus();
  });
}

// A canned remark goes into its field before what stands there; without scripts the portal does the same.
document.addEventListener("change", (event) => {
  const select = event.target;
  const field = select.matches("select[data-canned]") && document.getElementById(select.dataset.canned);
  const text = select.selectedOptions?.[0]?.dataset.text;
  if (!field || !text) return;
  if (!field.value.includes(text)) field.value = field.value.trim() ? `${text}\n${field.value}` : text;
  select.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

// A button that fills a field writes there at once; without scripts it is sent and the portal fills the form.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-sets]");
  const input = button && document.getElementById(button.dataset.sets);
  if (!input) return;
  event.preventDefault();
  input.value = button.value;
  for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
  input.focus();
});
function bind(root) {
  root.querySelectorAll("[data-date]").forEach(bindDate);
}
// Whoever was sent to sign in has not done what he sent: the text that drafts.js keeps stays kept.
if (!document.getElementById("session")) sessionStorage.removeItem("draft-sent");

bind(document);
document.addEventListener("htmx:load", (event) => bind(event.detail.elt));
document.addEventListener("portal:part", (event) => bind(event.detail));
