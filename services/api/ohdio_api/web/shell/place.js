// The bar stays while pages are swapped below it: it is told where one is.

export function markPlace() {
  const { place } = document.querySelector("main").dataset;
  for (const link of document.querySelectorAll(".bar nav a")) {
    if (link.getAttribute("href") === place) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const here = location.pathname.slice(document.body.dataset.root.length) + location.search;
  for (const field of document.querySelectorAll(".bar [name=back]")) field.value = here;
}
