// Regions of a funnel: one tab stop, arrows walk along the drawing. Without this every region is a link of its own.

const bindPoints = (field) => {
  const points = [...field.querySelectorAll(".point")];
  if (!points.length || field.dataset.bound) return;
  field.dataset.bound = "true";
  const first = Math.max(0, points.findIndex((point) => point.hasAttribute("data-own")));
  const stop = (chosen) => points.forEach((point, index) => point.setAttribute("tabindex", index === chosen ? "0" : "-1"));
  stop(first);

  const go = (index) => {
    const place = Math.min(Math.max(index, 0), points.length - 1);
    stop(place);
    points[place].focus();
  };

  field.addEventListener("keydown", (event) => {
    const index = points.indexOf(event.target.closest(".point"));
    if (index < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    field.classList.toggle("points--quiet", event.key === "Escape");
    const places = {
      ArrowRight: index + 1,
      ArrowDown: index + 1,
      ArrowLeft: index - 1,
      ArrowUp: index - 1,
      Home: 0,
      End: points.length - 1,
    };
    if (event.key in places) {
      go(places[event.key]);
      event.preventDefault();
    }
  });
  field.addEventListener("pointerover", () => field.classList.remove("points--quiet"));

  // Touch: the first tap shows whose point it is, the second one opens the region.
  let shown = null;
  field.addEventListener("click", (event) => {
    const point = event.target.closest(".point");
    if (!point || event.pointerType !== "touch" || shown === point) return;
    event.preventDefault();
    shown = point;
    go(points.indexOf(point));
  });
};

const bind = (root) => root.querySelectorAll("[data-points]").forEach(bindPoints);
bind(document);
document.addEventListener("htmx:load", (event) => bind(event.detail.elt));
