// A button that copies a field. Without scripts it stays hidden: the text is selected and copied by hand.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = status.dataset.copied;
    } catch {
      // A page without TLS may not write to the clipboard; the text is selected and waits for the keys.
      status.textContent = status.dataset.selected;
    }
  });
}
