// The matrix: one tab stop. Arrows walk over the cells, Home and End to the ends of a row (with Ctrl of the matrix),
// PageUp and PageDown by what the window shows; Enter opens the link of a cell. Without this Tab goes over the heads.

const SUMS = 3;

const bindMatrix = (table) => {
  if (table.dataset.bound) return;
  table.dataset.bound = "true";
  const rows = [...table.rows].filter((row) => !("apart" in row.dataset));
  const box = table.parentElement;
  const line = table.closest(".matrix-grid").querySelector("[data-matrix-line]");
  table.setAttribute("role", "grid");
  table.setAttribute("aria-readonly", "true");
  table.querySelectorAll("th a").forEach((head) => head.setAttribute("tabindex", "-1"));
  let stop = table.querySelector("tbody th a");
  stop?.setAttribute("tabindex", "0");
  line.hidden = false;

  const cellOf = (target) => target.closest("th, td");
  const inside = (cell) => cell.querySelector("a") ?? cell;

  const arrive = (cell) => {
    const target = inside(cell);
    if (target === stop) return;
    stop?.setAttribute("tabindex", "-1");
    target.setAttribute("tabindex", "0");
    stop = target;
  };

  const go = (row, column) => {
    const place = rows[Math.min(Math.max(row, 0), rows.length - 1)];
    const cell = place.cells[Math.min(Math.max(column, 0), place.cells.length - 1)];
    if (cell.cellIndex >= SUMS && cell.matches("tbody td:not([aria-labelledby])") && !cell.firstElementChild) {
      cell.setAttribute("aria-labelledby", "m-nothing");
    }
    arrive(cell);
    stop.focus();
  };

  const page = () => {
    const height = rows[1].offsetHeight || 1;
    const head = table.tHead.offsetHeight + (table.tFoot?.offsetHeight ?? 0);
    return Math.max(1, Math.floor((box.clientHeight - head) / height) - 1);
  };

  // Where the reader is, in words: the place, the item, what the sign means.
  const told = line.textContent;
  const tell = (cell) => {
    const row = cell.parentElement;
    const place = row.cells[0].textContent.trim();
    const item = rows[0].cells[cell.cellIndex]?.querySelector("a")?.title;
    const named = cell.querySelector("a") ?? cell;
    const words = document.getElementById(named.getAttribute("aria-labelledby") ?? "m-nothing")?.textContent;
    const isCell = row.parentElement === table.tBodies[0] && cell.cellIndex >= SUMS;
    line.textContent = isCell ? `${place} · ${item} · ${words}` : (item ?? told);
  };

  table.addEventListener("keydown", (event) => {
    const cell = cellOf(event.target);
    if (!cell || event.altKey || event.metaKey) return;
    const [row, column] = [rows.indexOf(cell.parentElement), cell.cellIndex];
    const last = rows[0].cells.length - 1;
    const places = event.ctrlKey
      ? { Home: [0, 0], End: [rows.length - 1, last] }
      : {
          ArrowRight: [row, column + 1],
          ArrowLeft: [row, column - 1],
          ArrowDown: [row + 1, column],
          ArrowUp: [row - 1, column],
          Home: [row, 0],
          End: [row, last],
          PageDown: [row + page(), column],
          PageUp: [row - page(), column],
        };
    if (event.key in places) {
      go(...places[event.key]);
      event.preventDefault();
    }
  });
  table.addEventListener("focusin", (event) => {
    const cell = cellOf(event.target);
    arrive(cell);
    tell(cell);
  });
  table.addEventListener("pointerover", (event) => {
    const cell = cellOf(event.target);
    if (cell) tell(cell);
  });
};

const bind = (root) => root.querySelectorAll("[data-matrix]").forEach(bindMatrix);
bind(document);
document.addEventListener("htmx:load", (event) => bind(event.detail.elt));
