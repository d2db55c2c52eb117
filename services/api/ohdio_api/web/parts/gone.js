// A page whose subject was deleted elsewhere: what could be done with it cannot any more; what is read and what is typed stays.
// Rows of the queue are things of their own.

const offered = ":is(button, summary.button, a:is(.button, .entry, [data-second], [download])):not(.row *, .banners *, .notices *)";

/** Take away what a page offers to do, as its subject is no more. */
export function showGone() {
  document.querySelector("main").dataset.gone = "";
  for (const each of document.querySelectorAll(`main ${offered}`)) {
    if (each.tagName === "BUTTON") each.disabled = true; // Enter in a field sends nothing either
    else each.inert = true;
  }
}

/** Return what is to be exchanged so that what was taken away is back: all, if it was. */
export const returned = () => (document.querySelector("main[data-gone]") ? ["main"] : []);
