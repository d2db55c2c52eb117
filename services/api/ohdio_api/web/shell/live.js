// Keeps pages true without a reload, by one stream for all. It begins with a snapshot, and the page is read anew then: what
// changed since it was made, or while the stream was cut, was told to nobody here.

import { showEncoded } from "../conversions/page.js";
import { noteChange, readPageSoon, showStats } from "../home/page.js";
import { readSoon, showProgress, stale, write } from "../parts/row.js";
import { duration, say } from "./format.js";

const root = document.body.dataset.root;
// Milliseconds that a tab is hidden before it gives its connection back: browsers have six to a server, for all tabs together.
const rested = 2_000;
const again = 4_000;

let stream = null;
let failed = null;

/** Open the stream, where a page says how everything is and somebody sees it. */
export function listen() {
  if (stream || document.hidden || !document.querySelector(".bar .health")) return;
  stream = new EventSource(`${root}/api/v1/events`);
  const on = (name, act) => stream.addEventListener(name, (event) => act(JSON.parse(event.data)));
  on("snapshot", ({ stats }) => { document.body.classList.remove("unconnected"); failed = stats.failed; showStats(stats); readPageSoon(); });
  on("progress", showProgress);
  on("stats", (stats) => { showStats(stats); if (failed !== (failed = stats.failed)) readPageSoon(); });
  on("queue_item", noteChange);
  on("queue_item_gone", ({ id }) => { stale.add(id); readSoon(); });
  for (const name of ["pause", "health", "gap"]) on(name, readPageSoon);
  for (const name of ["limit", "scrape", "scrape_gone", "settings"]) on(name, () => document.querySelector("[data-live]") && readPageSoon());
  for (const name of ["follow", "follow_gone"]) on(name, ({ id }) => tell("follow", `follow-${id}`));
  for (const name of ["verification", "faults", "folder_import"]) on(name, () => tell(name));
  on("conversion", ({ id, state }) => tell("conversion", `conversion-${id}`, state));
  on("conversion_gone", ({ id }) => tell("conversion", `conversion-${id}`));
  on("audiobook_gone", () => tell("conversion", "faults"));
  on("conversion_progress", showEncoded);
  stream.onerror = () => {
    document.body.classList.add("unconnected");
    if (stream.readyState === EventSource.CLOSED) { stream = null; setTimeout(listenAgain, again); }
  };
}

// A server that was away is asked again and again; one that knows nobody here any more, with the next page.
async function listenAgain() {
  const answer = await fetch(`${root}/health`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.redirected) listen();
}

// What is told by some of these names changes the page, where a part of it is told that.
function tell(...names) {
  if (names.some((name) => document.querySelector(`[data-told~="${name}"]`))) readPageSoon();
}

function rest() {
  stream?.close();
  stream = null;
}

let hidden = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hidden);
  if (document.hidden) hidden = setTimeout(rest, rested);
  else if (!stream) listen();
  else readPageSoon();
});

// Moments that a row names are counted down.
function tick() {
  for (const text of document.querySelectorAll("[data-at]")) {
    const left = (Date.parse(text.dataset.at) - Date.now()) / 1000;
    if (left > 0 && left < 3600) write(text, say("again", duration(left)));
  }
}
setInterval(tick, 1000);
