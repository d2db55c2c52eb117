// The bar stays while pages are swapped below it: it is told where one is, and how everything is.

// A value in which nothing can be seen (`unless_blank`) chooses nothing: forms send those, too.
const isSeen = (field) => /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]/u.test([...new URLSearchParams(field).values()].join(""));

function shortenAddress() {
  const query = location.search.slice(1);
  const kept = query.split("&").filter(isSeen).join("&");
  if (kept !== query) history.replaceState(history.state, "", `${location.pathname}${kept && `?${kept}`}${location.hash}`);
}

export function markPlace() {
  shortenAddress();
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
