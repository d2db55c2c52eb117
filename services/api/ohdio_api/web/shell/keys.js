// Keys, for those who have no hand free for the mouse. None of them is for a field; `?` lists them.

import { pressKey } from "../player/page.js";

const root = document.body.dataset.root;
const wait = 1_000; // milliseconds between g and the page

const rows = () => [...document.querySelectorAll(".queue .row")];
const rowOf = (element) => element?.closest?.(".row");
const isOn = () => document.documentElement.dataset.keys !== "off";

/** Press the button of the row with the focus that does one of these things, if it has one. */
function press(...orders) {
  const row = rowOf(document.activeElement);
  for (const order of orders) {
    const form = row?.querySelector(`form[action$="/${order}"]`);
    if (form) { form.requestSubmit(); return; }
  }
}

function move(step) {
  const all = rows();
  const at = all.indexOf(rowOf(document.activeElement));
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  next?.querySelector(".title a")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** Go to a page by its link, so that what plays goes on. */
function go(page) { document.querySelector(`nav a[href="${root}${page}"]`)?.click(); }

function focus(selector, page) {
  const field = document.querySelector(selector);
  if (field) field.focus();
  else go(page);
}

const pages = { h: "/", l: "/library" };
let going = 0;

const acts = {
  "/": () => focus("#q", "/library"),
  a: () => focus("#url", "/"),
  g: () => { going = Date.now(); },
  j: () => move(1),
  k: () => move(-1),
  x: () => rowOf(document.activeElement)?.querySelector(".tick input")?.click(),
  p: () => press("pause", "resume"),
  r: () => press("retry"),
  t: () => press("first"),
  "+": () => press("sooner"),
  "-": () => press("later"),
  Delete: () => press("remove"),
  z: () => document.querySelector(".notice form[action*=undo]")?.requestSubmit(),
  "?": () => document.querySelector("#keys")?.showModal(),
};

function escape() {
  for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
}

const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Go through the menu that is open, round from its end to its beginning; return whether the key is one for that. */
function walkMenu({ key }) {
  const entries = [...document.querySelectorAll("details.menu[open] .entry")];
  if (!entries.length || !steps[key]) return false;
  const at = entries.indexOf(document.activeElement);
  entries.at(at < 0 && steps[key] < 0 ? -1 : (at + steps[key]) % entries.length).focus();
  return true;
}

function closeOthers({ target }) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") escape();
  const isWriting = event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]");
  if (isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
  if (walkMenu(event)) event.preventDefault();
  else if (isOn()) pressOne(event);
});

function pressOne(event) {
  const page = Date.now() - going < wait && pages[event.key];
  going = 0;
  if (page) go(page);
  else if (Object.hasOwn(acts, event.key)) acts[event.key]();
  else if (!pressKey(event)) return;
  event.preventDefault();
}

document.addEventListener("click", (event) => {
  // What is chosen closes its menu, too, and the focus stays where that opens.
  if (event.target.closest?.(".menu .entry")) escape();
  closeOthers(event);
  if (event.target.closest?.("[data-show-keys]")) acts["?"]();
});

document.addEventListener("focusin", closeOthers);
