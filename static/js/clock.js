// Clocks that run: an element with data-clock (seconds so far) shows minutes and seconds and goes on; with data-limit
// (minutes) it says so when the time is over. Without this script the page shows whole minutes of its last coming.

const born = new WeakMap();

function show(clock) {
  if (!born.has(clock)) born.set(clock, performance.now());
  const seconds = Number(clock.dataset.clock) + Math.floor((performance.now() - born.get(clock)) / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  clock.textContent = hours ? `${hours}:${rest}` : rest;
  const limit = Number(clock.dataset.limit);
  clock.classList.toggle("clock--over", limit > 0 && seconds > limit * 60);
}

const tick = () => document.querySelectorAll("[data-clock]").forEach(show);
tick();
setInterval(tick, 1000);
document.addEventListener("htmx:load", tick);
