// Comparison: what is ticked stays ticked while the table is filtered and sorted, and is counted.

const form = document.getElementById("compare");

if (form) {
  const most = Number(form.dataset.most);
  const count = form.querySelector("[data-compare-count]");
  const chosen = new Set();
  const boxes = () => [...document.querySelectorAll("input[type=checkbox][form=compare]")];

  const show = () => {
    const shown = new Set();
    for (const box of boxes()) {
      box.checked = chosen.has(box.value);
      box.disabled = !box.checked && chosen.size >= most;
      if (box.checked) shown.add(box.value);
    }
    form.querySelectorAll("input[type=hidden]").forEach((input) => input.remove());
    for (const value of chosen) {
      if (shown.has(value)) continue;
      const input = document.createElement("input");
      [input.type, input.name, input.value] = ["hidden", "region", value];
      form.append(input);
    }
    count.textContent = chosen.size ? `${chosen.size} / ${most}` : "";
  };

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.form !== form || box.type !== "checkbox") return;
    if (box.checked) chosen.add(box.value);
    else chosen.delete(box.value);
    show();
  });
  document.addEventListener("htmx:load", show);

  // A browser that comes back to the page ticks the boxes again by itself, after this script has run.
  window.addEventListener("pageshow", () => {
    boxes().filter((box) => box.checked).forEach((box) => chosen.add(box.value));
    show();
  });
}
