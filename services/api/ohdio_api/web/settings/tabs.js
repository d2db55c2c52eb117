// Tabs that are more than a narrow window has room for: the chosen one is in sight, and a sign stands where there are more.

const near = 8; // pixels

function mark(tabs) {
  const left = tabs.scrollWidth - tabs.clientWidth - tabs.scrollLeft;
  tabs.toggleAttribute("data-before", tabs.scrollLeft > near);
  tabs.toggleAttribute("data-after", left > near);
}

const all = () => document.querySelectorAll(".tabs");

/** Show the chosen tab, with as many others on both sides as there is room for. */
export function showTabs() {
  for (const tabs of all()) {
    const chosen = tabs.querySelector("[aria-current]");
    if (chosen) tabs.scrollLeft = chosen.offsetLeft - (tabs.clientWidth - chosen.offsetWidth) / 2;
    mark(tabs);
  }
}

document.addEventListener("scroll", ({ target }) => target.matches?.(".tabs") && mark(target), true);
// Not with a press, which would miss what moves beneath it.
document.addEventListener("focusin", ({ target }) => target.matches(".tabs :focus-visible") && target.scrollIntoView({ inline: "nearest", block: "nearest" }));
addEventListener("resize", () => all().forEach(mark));
