// The bar stays while pages are swapped below it: it is told where one is, and how everything is.

export function markPlace() {
  const { place, health, healthText } = document.querySelector("main").dataset;
  const dot = document.querySelector(".bar .health");
  if (dot && health) { dot.dataset.is = health; dot.querySelector("span").textContent = healthText; }
  for (const link of document.querySelectorAll(".bar nav a")) {
    if (link.getAttribute("href") === place) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const here = location.pathname.slice(document.body.dataset.root.length) + location.search;
  for (const field of document.querySelectorAll(".bar [name=back]")) field.value = here;
}
