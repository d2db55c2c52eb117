// The preview: what is ticked is counted, and a filter that is changed is applied.

import { length, number, say, size } from "../shell/format.js";
import { write } from "../parts/row.js";

const wait = 300; // milliseconds after the last key

function count(form) {
  const ticked = [...form.querySelectorAll("[name=book]:checked")];
  const total = (what) => ticked.reduce((sum, { dataset }) => sum + Number(dataset[what]), 0);
  const [seconds, bytes] = [total("seconds"), total("bytes")];
  write(form.querySelector("[data-chosen]"), say("books", ticked.length));
  write(form.querySelector("[data-number]"), number.format(ticked.length));
  write(form.querySelector("[data-total]"), [seconds && length(seconds), bytes && size(bytes)].filter(Boolean).join(" · "));
  form.querySelector("[data-add]").disabled = !ticked.length;
}

let typing = 0;

function apply(form, later) {
  clearTimeout(typing);
  typing = setTimeout(() => form.isConnected && form.requestSubmit(), later);
}

document.addEventListener("change", ({ target }) => {
  const choosing = target.closest("[data-choosing]");
  if (choosing && target.name === "book") count(choosing);
  const wanted = target.closest(".wanted");
  if (wanted) apply(wanted, target.matches("[type=text]") ? wait : 0);
});
document.addEventListener("input", ({ target }) => {
  const wanted = target.closest(".wanted");
  if (wanted && target.matches("[type=text]")) apply(wanted, wait);
});

// Where the filters stand above the books they are folded, until somebody wants them.
export function fold() {
  const narrow = document.querySelector(".narrow:not([data-seen])");
  if (!narrow) return;
  narrow.dataset.seen = "";
  const isFiltered = [...narrow.querySelectorAll("input[type=text]")].some((field) => field.value);
  narrow.open = isFiltered || matchMedia("(min-width: 1080px)").matches;
}
