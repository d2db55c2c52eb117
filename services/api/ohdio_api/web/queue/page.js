// Rows that are ticked: their number and size stand in the bar, and they stay ticked while one turns pages.

import { say, size } from "../shell/format.js";
import { write } from "../parts/row.js";

const ticked = new Map(); // bytes by id
let list = null; // which one they are of: the queue, or the library
let last = null; // the tick that was changed last, for a range

const boxes = () => [...document.querySelectorAll("main .tick input[form=several]")];
const bar = () => document.querySelector("#several");
const everything = () => document.querySelector("#several [name=everything]"); // also what is on other pages, if there are any

function note(box) {
  if (box.checked) ticked.set(box.value, Number(box.dataset.bytes));
  else ticked.delete(box.value);
}

function tick(some, isTicked) {
  for (const box of some) {
    box.checked = isTicked;
    note(box);
  }
  show();
}

function show() {
  const form = bar();
  if (!form) return;
  form.toggleAttribute("data-on", ticked.size > 0);
  const isWhole = boxes().every((box) => box.checked);
  form.querySelector("[data-tick-page]").hidden = isWhole;
  const all = everything();
  if (all && !isWhole) all.checked = false;
  if (all) all.closest("label").hidden = !isWhole;
  const bytes = [...ticked.values()].reduce((sum, one) => sum + one, 0);
  write(form.querySelector("[data-ticked]"), all?.checked ? all.dataset.books : say("books", ticked.size));
  write(form.querySelector("[data-ticked-size]"), all?.checked ? all.dataset.size : bytes ? size(bytes) : "");
}

/** Tick again what was ticked before the list was read anew. */
export function tickAgain() {
  if (bar() && bar().dataset.of !== list) {
    list = bar().dataset.of;
    ticked.clear();
  }
  for (const box of boxes()) box.checked = ticked.has(box.value);
  show();
}

/** Tick none. */
export function tickNone() {
  ticked.clear();
  tickAgain();
}

document.addEventListener("change", (event) => { if (event.target === everything()) show(); });
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-tick-page]")) tick(boxes(), true);
  const box = event.target.closest?.("main .tick input[form=several]");
  if (!box) return;
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
  const range = event.shiftKey && from >= 0 ? all.slice(from, to + 1) : [box];
  tick(range, box.checked);
  last = box;
});

document.addEventListener("reset", (event) => { if (event.target === bar()) { event.preventDefault(); tickNone(); } });

// What is ticked on other pages goes along.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form !== bar()) return;
  const here = new Set(boxes().map((box) => box.value));
  for (const old of form.querySelectorAll("[data-elsewhere]")) old.remove();
  for (const id of ticked.keys()) {
    if (here.has(id)) continue;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "item", value: id });
    field.dataset.elsewhere = "";
    form.append(field);
  }
  if (event.submitter?.value === "save") {
    // Not by a request of a script: the browser keeps the file, and the page stays as it is.
    event.preventDefault();
    event.stopImmediatePropagation();
    const order = Object.assign(document.createElement("input"), { type: "hidden", name: "order", value: "save" });
    form.append(order);
    form.submit();
    order.remove();
    return;
  }
  ticked.clear();
}, true);
