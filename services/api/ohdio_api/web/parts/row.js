// Rows of the queue, wherever they stand: numbers touch text and widths alone; a row whose state has changed is read anew as
// HTML, many in one request, and put in the place of what is shown. Rows never move while one looks at them.

import { duration, say, size } from "../shell/format.js";

const root = document.body.dataset.root;
const wait = 250; // milliseconds, for changes to come together
const rest = 2_000; // milliseconds between two readings of all that wait
const most = 100; // rows in one request

export const shown = (id) => document.querySelectorAll(`[data-item="${id}"]`);
export const write = (element, text) => element && element.textContent !== text && (element.textContent = text);

export function showProgress({ items }) {
  for (const [id, done, total, partsDone, parts, speed, left] of items) {
    for (const row of shown(id)) {
      if (row.dataset.state !== "running") { stale.add(id); continue; }
      const share = total ? done / total : parts ? partsDone / parts : 0;
      const words = [];
      if (total) words.push(done ? say("of", size(done), size(total)) : size(total));
      else if (done) words.push(size(done));
      if (parts > 1) words.push(say("part", Math.min(partsDone + 1, parts), parts));
      if (speed) words.push(`${size(speed)}/s`);
      if (words.length) write(row.querySelector("[data-words]"), words.join(" · "));
      write(row.querySelector("[data-more]"), left == null ? "" : say("left", duration(left)));
      fill(row.querySelector(".edge"), share);
    }
  }
  if (stale.size) readSoon();
}

function fill(edge, share) {
  let bar = edge?.querySelector(".fill");
  if (edge && !bar && share > 0) {
    bar = document.createElementNS(edge.namespaceURI, "rect");
    bar.setAttribute("class", "fill");
    edge.querySelector(".track").after(bar);
  }
  bar?.setAttribute("width", `${(100 * Math.min(share, 1)).toFixed(1)}%`);
}

// Rows whose state has changed, read anew together.
export const stale = new Set();
let reading = 0;

export function readSoon() {
  if (!reading) reading = setTimeout(readRows, wait);
}

// What begins, ends, comes or moves changes the places of others: all that wait are read anew with it.
let placing = 0;
let placed = -rest;

export function readPlacesSoon() {
  placing ||= setTimeout(readPlaces, Math.max(wait, placed + rest - performance.now()));
  readSoon();
}

function readPlaces() {
  placing = 0;
  placed = performance.now();
  for (const row of document.querySelectorAll("[data-item][data-state=waiting]")) stale.add(Number(row.dataset.item));
  readRows();
}

export async function readRows() {
  clearTimeout(reading);
  reading = 0;
  const ids = [...stale].filter((id) => shown(id).length).slice(0, most);
  stale.clear();
  if (!ids.length || document.hidden) return;
  const open = ids.find((id) => document.querySelector(`#item-${id} > .details`));
  const answer = await fetch(`${root}/queue/rows?ids=${ids}${open ? `&open=${open}` : ""}`, { headers: { "HX-Request-Type": "partial" } }).catch(() => null);
  if (!answer?.ok) return;
  const found = showRows(await answer.text());
  for (const id of ids) if (!found.has(id)) for (const old of shown(id)) old.classList.add("gone");
}

/** Put rows, each in both of its shapes, in the place of those that are shown; return their ids. */
export function showRows(text) {
  const rows = new DOMParser().parseFromString(text, "text/html");
  const found = new Set();
  for (const row of rows.querySelectorAll("[data-item]")) {
    found.add(Number(row.dataset.item));
    for (const old of shown(row.dataset.item)) if (isCard(old) === isCard(row)) exchange(old, row.cloneNode(true));
  }
  return found;
}

const isCard = (row) => row.classList.contains("now");

// What is arriving stands under "Now" and stays there until one navigates, whatever becomes of it.
function exchange(old, row) {
  const wasWhole = old.dataset.state === "complete";
  old.dataset.state = row.dataset.state;
  old.classList.remove("gone"); // a removal was undone
  for (const part of [".title bdi", ".people", ".far", ".state", ".act", ".menu:not([open])"]) {
    const [before, after] = [old.querySelector(part), row.querySelector(part)];
    if (before && after && !before.isEqualNode(after)) replace(before, after);
  }
  const [details, news] = [old.querySelector(".details"), row.querySelector(".details")];
  if (details && news && told(details) !== told(news)) tellMore(details, news);
  if (!wasWhole && old.dataset.state === "complete") old.querySelector(".edge")?.classList.add("gilding");
}

// What is being typed is nobody's yet.
const told = (details) => details.textContent + details.querySelector("[name=speed]")?.defaultValue;

// What is open stays where it was scrolled to.
function tellMore(old, now) {
  const top = old.querySelector(".contents")?.scrollTop;
  for (const button of now.querySelectorAll("[data-copy]")) button.hidden = false; // before it may get the focus back
  replace(old, now);
  if (top) now.querySelector(".contents").scrollTop = top;
}

const reached = "a, button, input, select, summary, textarea";
export const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
const wordsOf = (element) => element.textContent.trim();

/** Return what tells a field from all others of a page, whatever is typed there. */
export const keyOf = (field) => `${field.form?.getAttribute("action")} ${field.name} ${isTicked(field) ? field.value : ""}`;

// What an element does. The button that pauses becomes the one that resumes.
function deedOf(element) {
  const hidden = [...(element.form?.querySelectorAll("[type=hidden]:not([name=back])") ?? [])].map((field) => field.value);
  return [element.tagName, element.getAttribute("href"), keyOf(element).replace(/(pause|resume) /, ""), ...hidden].join("\n");
}

// The same thing, or none: a neighbour may delete what one only wanted to look at.
function sameIn(now, had, deed) {
  const same = [...now.querySelectorAll(reached)].filter((each) => deedOf(each) === deed);
  const isNamed = had.matches("summary, [type=button]"); // it is nothing but what it is called
  return same.find((each) => wordsOf(each) === wordsOf(had)) ?? same.find((each) => !isNamed && each.value === had.value);
}

/** Put an element in the place of another, with the focus where it was; on its row, where it is no more. */
export function replace(old, now) {
  const had = document.activeElement;
  const [isIn, deed, row, from, to] = [old.contains(had), deedOf(had), had.closest("li[id]"), had.selectionStart, had.selectionEnd];
  old.replaceWith(now);
  if (isIn) focusAgain((had.id && now.querySelector(`#${had.id}`)) || sameIn(now, had, deed), row, [from, to]);
  window.htmx?.process(now);
}

function focusAgain(has, row, [from, to]) {
  const place = has ?? (row && document.getElementById(row.id));
  if (place && !has) place.tabIndex = -1;
  place?.focus({ preventScroll: true });
  if (has && from != null) has.setSelectionRange?.(from, to);
}
