// Text typed into a guarded form outlives the end of a sign-in: it waits in the storage of this tab, for this person and
// this form alone, and is offered again. It goes when the form was sent, at sign-out, and when somebody else signs in.
// A form with an address for its draft (data-draft) is kept by the portal besides: what the portal has leaves the tab.

const { person } = document.getElementById("session").dataset;
const PREFIX = "draft:";
const OWN = `${PREFIX}${person}:`;
const SENT = "draft-sent";
const TYPES = ["text", "search", "email", "tel", "url", "number", "date", "datetime-local"];

const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
const drop = (test) => keys().filter(test).forEach((key) => sessionStorage.removeItem(key));
const keyOf = (form) => `${OWN}${location.pathname}:${new URL(form.action, location).pathname}`;
const isText = (field) => field.name && (field.matches("textarea, select") || TYPES.includes(field.type));
const fieldsOf = (form) => [...form.elements].filter(isText);
const given = (field) =>
  field.matches("select") ? ([...field.options].find((one) => one.defaultSelected)?.value ?? "") : field.defaultValue;

drop((key) => !key.startsWith(OWN));

// The page after a form was sent: the portal has answered, and keeps itself what it refused.
const sent = sessionStorage.getItem(SENT);
if (sent && !document.querySelector("main .fault")) {
  sessionStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
}

function keep(form) {
  const found = fieldsOf(form)
    .filter((field) => field.value !== given(field))
    .map((field) => [field.name, [given(field), field.value]]);
  if (found.length) sessionStorage.setItem(keyOf(form), JSON.stringify(Object.fromEntries(found)));
  else sessionStorage.removeItem(keyOf(form));
}

function read(form) {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(form))) ?? {};
  } catch {
    return {};
  }
}

// A field is filled again only where it still begins as it did then: what somebody else changed meanwhile is not undone.
function restore(form) {
  const draft = read(form);
  const changed = fieldsOf(form).filter((field) => {
    const [first, typed] = draft[field.name] ?? [];
    return typed !== undefined && first === given(field) && field.value === first && typed !== first;
  });
  if (!changed.length) return;
  const was = changed.map((field) => [field, field.value]);
  const put = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  changed.forEach((field) => put(field, draft[field.name][1]));
  const note = document.getElementById("restored").content.firstElementChild.cloneNode(true);
  note.querySelector("[data-discard]").addEventListener("click", () => {
    was.forEach(([field, value]) => put(field, value));
    sessionStorage.removeItem(keyOf(form));
    delete form.dataset.changed;
    note.remove();
    changed[0].focus();
  });
  form.closest("details")?.setAttribute("open", "");
  form.prepend(note);
}

// The portal keeps the text of a report. Where it does not answer, or the sign-in is over, the tab goes on keeping it.
const pauses = new WeakMap();
const calls = new WeakMap();
function hold(form) {
  clearTimeout(pauses.get(form));
  calls.get(form)?.abort();
}
async function save(form, isAsked = false) {
  const { text } = form.elements;
  const typed = text.value;
  if (typed === given(text) && !isAsked) return;
  hold(form);
  const call = new AbortController();
  calls.set(form, call);
  const note = form.querySelector("[data-draft-note]");
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "submission_key", "text"]) body.set(name, form.elements[name].value);
  try {
    const headers = { Accept: "application/json" };
    const how = { method: "POST", body, headers, signal: call.signal, redirect: "manual" };
    const answer = await fetch(form.dataset.draft, how);
    if (!answer.ok) {
      if (isAsked) note.textContent = document.body.dataset.refused;
      return;
    }
    note.textContent = (await answer.json()).note;
  } catch {
    if (isAsked && !call.signal.aborted) note.textContent = document.body.dataset.failed;
    return;
  }
  text.defaultValue = typed;
  keep(form);
  const hasMore = text.value !== typed || [...form.querySelectorAll("input[type=file]")].some((one) => one.files.length);
  if (!hasMore) delete form.dataset.changed;
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-draft] button[name=save]");
  if (!button) return;
  event.preventDefault();
  save(button.form, true);
});

let timer = 0;
document.addEventListener("input", (event) => {
  const { form } = event.target;
  if (!form?.matches("[data-guard]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => keep(form), 300);
  if (!form.dataset.draft) return;
  clearTimeout(pauses.get(form));
  pauses.set(form, setTimeout(() => save(form), 1000));
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  clearTimeout(timer);
  hold(form);
  if (form.matches("[data-guard]")) {
    keep(form);
    sessionStorage.setItem(SENT, keyOf(form));
  } else if (form.matches("[data-sign-out]")) {
    drop(() => true);
  }
});
window.addEventListener("pagehide", () => clearTimeout(timer));

const restoreIn = (root) => root.querySelectorAll("form[data-guard]").forEach(restore);
restoreIn(document);
// A part that came later stands in the page by now, be it the form itself.
document.addEventListener("htmx:load", (event) => restoreIn(event.detail.elt.parentElement ?? document));
