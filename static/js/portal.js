// Small conveniences over pages that work without them. Nothing here holds a rule of the product.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// Tile map: one tab stop, arrows walk to the nearest tile, Home and End to the ends of a row.
function bindTileMap(map) {
  const tiles = all(".tile", map);
  if (!tiles.length || map.dataset.bound) return;
  map.dataset.bound = "true";
  const place = (tile) => [Number(tile.dataset.column), Number(tile.dataset.row)];
  tiles.forEach((tile, index) => (tile.tabIndex = index ? -1 : 0));

  const go = (tile) => {
    if (!tile) return;
    tiles.forEach((other) => (other.tabIndex = -1));
    tile.tabIndex = 0;
    tile.focus();
  };
  const nearest = (from, ahead) => {
    const [column, row] = place(from);
    let best = null;
    let least = Infinity;
    for (const tile of tiles) {
      const [dx, dy] = [place(tile)[0] - column, place(tile)[1] - row];
      const [along, aside] = ahead[0] ? [dx * ahead[0], dy] : [dy * ahead[1], dx];
      const distance = along + 3 * Math.abs(aside);
      if (along > 0 && distance < least) [best, least] = [tile, distance];
    }
    return best;
  };
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  map.addEventListener("keydown", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile || event.ctrlKey || event.altKey || event.metaKey) return;
    map.classList.toggle("map--quiet", event.key === "Escape");
    if (steps[event.key]) {
      go(nearest(tile, steps[event.key]));
      event.preventDefault();
    } else if (event.key === "Home" || event.key === "End") {
      const row = tiles.filter((other) => place(other)[1] === place(tile)[1]);
      go(event.key === "Home" ? row[0] : row[row.length - 1]);
      event.preventDefault();
    }
  });
  map.addEventListener("pointerover", () => map.classList.remove("map--quiet"));

  // Touch: the first tap shows what the tile is, the second one opens it.
  let shown = null;
  map.addEventListener("click", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile || event.pointerType !== "touch" || shown === tile) return;
    event.preventDefault();
    shown = tile;
    go(tile);
  });
}

// A form is sent once; its button wakes again when the page comes back from history.
const sent = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  form.dataset.saving = "true";
  all("button[type=submit]", form).forEach((button) => button.setAttribute("aria-busy", "true"));
});
const wake = () => {
  all("form[data-saving]").forEach((form) => {
    sent.delete(form);
    delete form.dataset.saving;
  });
  all("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
};
window.addEventListener("pageshow", wake);
document.addEventListener("htmx:afterRequest", wake);
for (const name of ["portal:part", "portal:unsent"]) document.addEventListener(name, wake);

// Unsaved text: the browser asks before leaving a form marked with data-guard.
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-guard]")) form.dataset.changed = "true";
});
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-changed]:not([data-saving])")) {
    event.preventDefault();
    event.returnValue = document.body.dataset.unsaved ?? "";
  }
});

// Characters typed, of those allowed.
function bindCounter(note) {
  const input = document.getElementById(note.dataset.counter);
  if (!input || note.dataset.bound) return;
  note.dataset.bound = "true";
  const limit = Number(note.dataset.limit);
  const digits = new Intl.NumberFormat(document.documentElement.lang);
  const show = () => {
    note.textContent = `${digits.format(input.value.length)} / ${digits.format(limit)}`;
    note.classList.toggle("field__count--over", input.value.length > limit);
  };
  input.addEventListener("input", show);
  show();
}

// A picture that was chosen is drawn small beside its name: from the file itself, so no address of it is needed.
async function addPicture(item, file) {
  if (!file.type.startsWith("image/")) return;
  try {
    const bitmap = await createImageBitmap(file, { resizeHeight: 64, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: bitmap.width, height: bitmap.height, className: "thumb" });
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    canvas.setAttribute("aria-hidden", "true");
    item.prepend(canvas);
  } catch {
    // What only calls itself a picture is named and nothing more; the portal judges it.
  }
}

// Files: names and sizes of those chosen; they can also be dropped on the field.
function bindDrop(box) {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector(".drop__list");
  if (!input || !list || box.dataset.bound) return;
  box.dataset.bound = "true";
  box.classList.add("drop--own");
  const units = list.dataset.units.split(",");
  const size = (bytes) => {
    let [value, unit] = [bytes, 0];
    while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
    const digits = { maximumFractionDigits: unit > 1 ? 1 : 0 };
    return `${new Intl.NumberFormat(document.documentElement.lang, digits).format(value)}\u00a0${units[unit]}`;
  };
  const show = () => {
    list.replaceChildren(
      ...[...input.files].map((file) => {
        const item = document.createElement("li");
        item.textContent = `${file.name}, ${size(file.size)}`;
        addPicture(item, file);
        return item;
      }),
    );
  };
  input.addEventListener("change", show);
  const over = (on) => (event) => {
    event.preventDefault();
    box.classList.toggle("drop--over", on);
  };
  box.addEventListener("dragover", over(true));
  box.addEventListener("dragleave", over(false));
  box.addEventListener("drop", (event) => {
    over(false)(event);
    const dropped = new DataTransfer();
    const files = [...event.dataTransfer.files];
    (input.multiple ? [...input.files, ...files] : files.slice(0, 1)).forEach((file) => dropped.items.add(file));
    input.files = dropped.files;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  });
}

// Menus close on Escape and on a press outside.
document.addEventListener("click", (event) => {
  all("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    all("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const search = document.querySelector(".search__input");
  if (event.key === "/" && !typing && search && !event.ctrlKey && !event.altKey && !event.metaKey) {
    event.preventDefault();
    search.focus();
  }
});

function bind(root) {
  all("[data-tile-map]", root).forEach(bindTileMap);
  all("[data-counter]", root).forEach(bindCounter);
  all("[data-drop]", root).forEach(bindDrop);
  root.querySelector("[data-focus]")?.focus();
}
bind(document);
document.addEventListener("htmx:load", (event) => bind(event.detail.elt));
document.addEventListener("portal:part", (event) => bind(event.detail));
