// The first page: the numbers of the queue, what is arriving, and how much has changed in the list.

import { duration, number, say, size } from "../shell/format.js";
import { readPlacesSoon, readRows, readSoon, shown, stale, write } from "../parts/row.js";
import { exchangePart, onceLeft } from "../parts/still.js";
import { returned, showGone } from "../parts/gone.js";
import { showPlaying } from "../player/page.js";
import { showCopying } from "../shell/copy.js";

const wait = 250; // milliseconds, for changes to come together
const most = 6; // cards of what has ended that are kept where they ran

export function showStats(stats) {
  for (const count of document.querySelectorAll("[data-count]")) {
    write(count, number.format(stats[count.dataset.count]));
    count.parentElement.toggleAttribute("data-is", !stats[count.dataset.count]);
    if (!stats[count.dataset.count]) count.parentElement.dataset.is = "none";
  }
  const facts = [];
  if (stats.bytes_per_second) facts.push(`${size(stats.bytes_per_second)}/s`);
  if (stats.eta_seconds != null) facts.push(say("left", duration(stats.eta_seconds)));
  if (stats.disk_free_bytes != null) facts.push(say("free", size(stats.disk_free_bytes)));
  if (stats.trash_bytes) facts.push(say("trash", size(stats.trash_bytes)));
  write(document.querySelector("[data-facts]"), facts.join(" · "));
}

// The pause, the limit, scans and what is out of reach change the page's structure: it is read anew where it stands. Of a
// page that says nothing of them, which may ask other sites, only how everything is.
let again = 0;

export function readPageSoon() {
  clearTimeout(again);
  again = setTimeout(readPage, wait);
}

async function readPage() {
  running.clear(); // what ended meanwhile may have been told to nobody
  if (document.hidden) return;
  const isLive = document.querySelector("main :is([data-live], [data-told])");
  const health = `${document.body.dataset.root}/health`;
  const answer = await fetch(isLive ? location.href : health, { headers: { Accept: "text/html", "Ohdio-Page": "again" } }).catch(() => null);
  const text = await answer?.text();
  if (!answer || new URL(answer.url).pathname !== (isLive ? location.pathname : health)) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  // What is shown stays where the page cannot be made, with what is wrong above it.
  const told = [...document.querySelectorAll("main [data-told]")];
  // A book that has arrived, or is not to any more, is another one as a whole: what its page is told says so.
  const whole = told.some(({ id, dataset }) => page.getElementById(id)?.dataset.told !== dataset.told) ? [".whole", ".below"] : [];
  const parts = !answer.ok ? [".banners"] : [...returned(), ...whole, ".banners", ".health", ".numbers", ".scans", ".begun-section", ".arrived-section", ...told.map(({ id }) => `#${id}`), ...(document.querySelector(".queue .row") ? [] : [".queue"])];
  for (const part of parts) exchangePart(document.querySelector(part), page.querySelector(part));
  if (document.querySelector(".banners [data-gone]")) showGone();
  if (!answer.ok) return;
  if (isLive) document.title = page.title;
  showPlaying();
  showCopying();
  showNows(document.querySelector(".nows-section"), page.querySelector(".nows-section"));
  for (const row of document.querySelectorAll("main [data-item]")) stale.add(Number(row.dataset.item));
  readRows();
}

// Rows that are no more go with the pointer; what stands in the place of the last one is read.
onceLeft((rows) => {
  for (const row of rows) row.remove();
  readPageSoon();
});

// On the way to another page there are none. Books that begin come after those that are there; the place of one that has ended is taken once many have.
function showNows(old, now) {
  if (!now) return;
  const list = old?.querySelector(".nows");
  if (!list) { old?.replaceWith(now); window.htmx?.process(now); return; }
  for (const card of now.querySelectorAll(".now")) {
    if (list.querySelector(`[data-item="${card.dataset.item}"]`)) continue;
    const ended = list.querySelectorAll(".now:not([data-state=running])");
    if (ended.length > most) ended[0].replaceWith(card);
    else list.append(card);
    window.htmx?.process(card);
  }
}

// What is new in the list is counted, and shown when somebody asks for it: rows never move by themselves.
const changes = new Set();

function countChange(id) {
  const place = document.querySelector("[data-changes]");
  if (!place || !document.querySelector(".queue .row")) return;
  if (place.hidden) changes.clear();
  changes.add(id);
  write(place.querySelector("span"), say("changes", number.format(changes.size)));
  place.hidden = false;
}

// Those that run say so again and again, which changes nobody's place.
const running = new Set();

/** A row has another state, or there is one more. */
export function noteChange({ id, status }) {
  stale.add(id);
  if (status === "processing" && running.has(id)) readSoon();
  else readPlacesSoon();
  if (status === "processing") running.add(id);
  else running.delete(id);
  if (shown(id).length || !document.querySelector(".queue")) return;
  if (status === "processing" || !document.querySelector(".queue .row")) readPageSoon();
  if (status !== "processing") countChange(id);
}

/** A row is no more. */
export function noteGone({ id }) {
  stale.add(id);
  running.delete(id);
  readPlacesSoon();
}
