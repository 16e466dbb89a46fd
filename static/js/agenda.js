// The agenda is put in order by dragging its rows; the buttons beside them do the same without this.

let dragged = null;

function bindAgenda(list) {
  if (list.dataset.bound) return;
  list.dataset.bound = "true";
  const form = list.parentElement.querySelector("[data-agenda-order]");
  const rows = () => [...list.children];
  rows().forEach((row) => (row.draggable = true));

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-item]");
    dragged?.classList.add("agenda__row--dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-item]");
    if (!dragged || !over || over === dragged || over.parentElement !== list) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    const isBelow = event.clientY > box.top + box.height / 2;
    list.insertBefore(dragged, isBelow ? over.nextElementSibling : over);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("agenda__row--dragged");
    dragged = null;
    const order = rows().map((row) => row.dataset.item).join(",");
    if (order === form.elements.order.value) return;
    form.elements.order.value = order;
    form.requestSubmit();
  });
}

const bind = (root) => root.querySelectorAll("[data-agenda]").forEach(bindAgenda);
bind(document);
document.addEventListener("htmx:load", (event) => bind(event.detail.elt));
