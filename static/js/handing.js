// Lists of a region's work: a report is written in its row, and what is ticked is counted. Without scripts the button of
// a row leads to the page of the report.

const linkTo = (place) => document.querySelector(`[data-opens="${place.id}"]`);

function unfold(place, isOpen) {
  place.hidden = !isOpen;
  linkTo(place)?.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) return;
  const text = place.querySelector("textarea");
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

// The second press folds the form and the third brings it back with everything in it.
document.addEventListener("htmx:confirm", (event) => {
  const place = document.getElementById(event.detail.elt.dataset?.opens);
  if (!place?.firstElementChild) return;
  event.preventDefault();
  unfold(place, place.hidden);
});
document.addEventListener("htmx:afterSwap", (event) => {
  const place = event.detail.target;
  if (!place?.matches?.("[data-place]")) return;
  if (place.querySelector("textarea")) unfold(place, true);
  else location.assign(linkTo(place).href);
});

function count() {
  const ticked = document.querySelectorAll("input[name=pick]:checked").length;
  document.querySelectorAll("[data-ticked]").forEach((note) => {
    note.textContent = ticked ? `${note.dataset.ticked} ${ticked}` : "";
  });
}
document.addEventListener("change", (event) => event.target.name === "pick" && count());
document.addEventListener("htmx:load", count);
window.addEventListener("pageshow", count);
