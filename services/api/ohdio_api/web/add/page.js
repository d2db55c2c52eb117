// The preview: what is ticked is counted.

import { length, number, say, size } from "../shell/format.js";
import { write } from "../parts/row.js";

function count(form) {
  const ticked = [...form.querySelectorAll("[name=book]:checked")];
  const total = (what) => ticked.reduce((sum, { dataset }) => sum + Number(dataset[what]), 0);
  const [seconds, bytes] = [total("seconds"), total("bytes")];
  write(form.querySelector("[data-chosen]"), say("books", ticked.length));
  write(form.querySelector("[data-number]"), number.format(ticked.length));
  write(form.querySelector("[data-total]"), [seconds && length(seconds), bytes && size(bytes)].filter(Boolean).join(" · "));
  form.querySelector("[data-add]").disabled = !ticked.length;
}

document.addEventListener("change", ({ target }) => {
  const choosing = target.closest("[data-choosing]");
  if (choosing && target.name === "book") count(choosing);
});

// Where the filters stand above the books they are folded, until somebody wants them.
export function fold() {
  const narrow = document.querySelector(".narrow:not([data-seen])");
  if (!narrow) return;
  narrow.dataset.seen = "";
  const isFiltered = [...narrow.querySelectorAll("input[type=text]")].some((field) => field.value);
  narrow.open = isFiltered || matchMedia("(min-width: 1080px)").matches;
}
