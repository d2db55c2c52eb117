// Keeps pages true without a reload, by one stream for all windows of a browser (`stream.js`). It begins with a snapshot, and the page
// is read anew then: what changed since it was made, or while the stream was cut, was told to nobody here.

import { showEncoded } from "../conversions/page.js";
import { noteChange, noteGone, readPageSoon, showStats } from "../home/page.js";
import { showProgress, write } from "../parts/row.js";
import { duration, say } from "./format.js";

// Milliseconds that a window is hidden before it wants no events.
const rested = 2_000;
const again = 4_000;

let port = null;
let isTold = false;
let failed = null;
const states = new Map(); // those that the page was told last, by the ids of items

const acts = {
  stream: (state) => { document.body.dataset.stream = state; },
  snapshot: ({ stats }) => { states.clear(); failed = stats.failed; showStats(stats); readPageSoon(); },
  progress: showProgress,
  stats: (stats) => { showStats(stats); if (failed !== (failed = stats.failed)) readPageSoon(); },
  queue_item: (item) => { noteChange(item); tellState(item.id, `${item.status} ${item.stage}`); },
  queue_item_gone: (item) => { noteGone(item); tellState(item.id, "gone"); },
  conversion: ({ id, state }) => tell("conversion", `conversion-${id}`, state),
  conversion_gone: ({ id }) => tell("conversion", `conversion-${id}`),
  audiobook: ({ id }) => tell(`book-${id}`),
  audiobook_gone: ({ id }) => tell("conversion", "faults", `book-${id}`),
  conversion_progress: showEncoded,
};
for (const name of ["pause", "health", "gap"]) acts[name] = readPageSoon;
for (const name of ["limit", "scrape", "scrape_gone", "settings"]) acts[name] = () => document.querySelector("[data-live]") && readPageSoon();
for (const name of ["follow", "follow_gone"]) acts[name] = ({ id }) => tell("follow", `follow-${id}`);
for (const name of ["verification", "faults", "folder_import"]) acts[name] = () => tell(name);

/** Be told what changes, where a page says how everything is and somebody sees it. */
export function listen() {
  if (isTold || document.hidden || !document.querySelector(".bar .health")) return;
  port ??= connect();
  port.postMessage(Object.keys(acts));
  isTold = true;
}

// Those who are somebody else have a stream of their own. Not all browsers can share one, as those of phones, or let pages that may keep nothing.
function connect() {
  const script = new URL("shell/stream.js", import.meta.url); // beside all other scripts, which are one
  const name = document.body.dataset.caller;
  let worker;
  try { worker = new SharedWorker(script, { name }); } catch { worker = new Worker(script, { name }); }
  // Its script did not come.
  worker.onerror = () => { rest(); port = null; acts.stream("cut"); setTimeout(listen, again); };
  const to = worker.port ?? worker;
  to.onmessage = ({ data: [event, value] }) => acts[event](value);
  return to;
}

// What is told by some of these names changes the page, where a part of it is told that.
function tell(...names) {
  if (names.some(isToldOf)) readPageSoon();
}

const isToldOf = (name) => document.querySelector(`[data-told~="${name}"]`);

// Progress alone, which rows show, makes no page another one. What a page that is left was told counts no more.
function tellState(id, state) {
  if (!isToldOf(`item-${id}`)) { states.delete(id); return; }
  if (states.get(id) !== state) readPageSoon();
  states.set(id, state);
}

function rest() {
  if (isTold) port.postMessage(null);
  isTold = false;
}

let hidden = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hidden);
  if (document.hidden) hidden = setTimeout(rest, rested);
  else if (isTold) readPageSoon();
  else listen();
});
addEventListener("pagehide", rest);

// Moments that a row names are counted down.
function tick() {
  for (const text of document.querySelectorAll("[data-at]")) {
    const left = (Date.parse(text.dataset.at) - Date.now()) / 1000;
    if (left > 0 && left < 3600) write(text, say("again", duration(left)));
  }
}
setInterval(tick, 1000);
