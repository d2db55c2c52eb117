// What is beside the bottom of the window: menus open where there is room for them, and bars stand above the player.

const player = document.querySelector("#player");
const apart = 8; // pixels

// As a sheet from the bottom of a phone it lies above everything.
function place(menu) {
  const sheet = menu.lastElementChild;
  menu.removeAttribute("data-up");
  sheet.style.maxHeight = "";
  if (!menu.open || getComputedStyle(sheet).position !== "absolute") return;
  const { top, bottom } = menu.getBoundingClientRect();
  const below = innerHeight - (player?.offsetHeight ?? 0) - bottom;
  const isUp = sheet.offsetHeight + apart > below && top > below;
  menu.toggleAttribute("data-up", isUp);
  sheet.style.maxHeight = `${(isUp ? top : below) - apart}px`;
}

document.addEventListener("toggle", ({ target }) => target.matches(".menu") && place(target), true);
if (player) new ResizeObserver(() => document.documentElement.style.setProperty("--player", `${player.offsetHeight}px`)).observe(player);
