// Keeps a page true without a reload. Numbers come as JSON and touch text and widths alone; what changed its state is read
// anew as HTML, many rows in one request, and put in the place of what is shown. Rows never move while one looks at them.

const root = document.body.dataset.root;
const language = document.body.dataset.lang;
const wait = { rows: 250, hidden: 30_000 }; // milliseconds
const most = { ended: 6 }; // cards that are kept under "Now"

const phrases = JSON.parse(document.body.dataset.phrases);
const plural = new Intl.PluralRules(language);

const say = (phrase, ...values) => values.reduce((text, value, index) => text.replace(`%${index + 1}`, value), phrases[phrase]);
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0, useGrouping: false });
const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** An amount of bytes in three digits, as the server writes it. */
export function size(bytes) {
  let unit = 0;
  while (bytes >= 999.5 && unit < phrases.units.length - 1) [bytes, unit] = [bytes / 1000, unit + 1];
  return `${(unit >= 2 && bytes < 9.95 ? tenth : whole).format(bytes)}\u00a0${phrases.units[unit]}`;
}

/** How long something takes, in one or two units. */
export function duration(seconds) {
  seconds = Math.max(0, Math.round(seconds));
  if (seconds < 60) return `${seconds}\u00a0s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}\u00a0min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}\u00a0h\u00a0${String(minutes % 60).padStart(2, "0")}`;
  const days = Math.round(hours / 24);
  return `${number.format(days)}\u00a0${phrases.day[plural.select(days)] ?? phrases.day.other}`;
}

const shown = (id) => document.querySelectorAll(`[data-item="${id}"]`);
const write = (element, text) => element && element.textContent !== text && (element.textContent = text);

function showProgress({ items }) {
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

function showStats(stats) {
  for (const count of document.querySelectorAll("[data-count]")) {
    write(count, number.format(stats[count.dataset.count]));
    count.parentElement.toggleAttribute("data-is", !stats[count.dataset.count]);
    if (!stats[count.dataset.count]) count.parentElement.dataset.is = "none";
  }
  const facts = [];
  if (stats.bytes_per_second) facts.push(`${size(stats.bytes_per_second)}/s`);
  if (stats.eta_seconds != null) facts.push(say("left", duration(stats.eta_seconds)));
  if (stats.disk_free_bytes != null) facts.push(say("free", size(stats.disk_free_bytes)));
  write(document.querySelector("[data-facts]"), facts.join(" · "));
}

// Rows whose state has changed, read anew together.
const stale = new Set();
let reading = 0;

function readSoon() {
  if (!reading) reading = setTimeout(readRows, wait.rows);
}

async function readRows() {
  reading = 0;
  const ids = [...stale].filter((id) => shown(id).length).slice(0, 100);
  stale.clear();
  if (!ids.length || document.hidden) return;
  const answer = await fetch(`${root}/queue/rows?ids=${ids}`, { headers: { "HX-Request-Type": "partial" } }).catch(() => null);
  if (!answer?.ok) return;
  const found = showRows(await answer.text());
  for (const id of ids) if (!found.has(id)) for (const old of shown(id)) old.classList.add("gone");
}

/** Put rows, each in both of its shapes, in the place of those that are shown; return their ids. */
function showRows(text) {
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
  for (const part of [".book", ".far", ".state", ".act", ".menu:not([open])"]) {
    const [before, after] = [old.querySelector(part), row.querySelector(part)];
    if (before && after && !before.isEqualNode(after)) replace(before, after);
  }
  if (!wasWhole && old.dataset.state === "complete") old.querySelector(".edge")?.classList.add("gilding");
}

const reached = "a, button, input, summary";

/** Put an element in the place of another, with the focus where it was. */
function replace(old, now) {
  const place = [...old.querySelectorAll(reached)].indexOf(document.activeElement);
  old.replaceWith(now);
  now.querySelectorAll(reached)[place]?.focus({ preventScroll: true });
  window.htmx?.process(now);
}

// The pause, the limit, scans and what is out of reach change the page's structure: it is read anew where it stands.
let again = 0;

function readPageSoon() {
  clearTimeout(again);
  again = setTimeout(readPage, wait.rows);
}

async function readPage() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || new URL(answer.url).pathname !== location.pathname) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = [".banners", ".health", ".numbers", ".scans", ...(document.querySelector(".queue .row") ? [] : [".queue"])];
  for (const part of parts) {
    const [old, now] = [document.querySelector(part), page.querySelector(part)];
    if (old && now && old.innerHTML !== now.innerHTML) replace(old, now);
  }
  showNows(document.querySelector(".nows-section"), page.querySelector(".nows-section"));
  for (const row of document.querySelectorAll("main [data-item]")) stale.add(Number(row.dataset.item));
  readRows();
}

// Books that begin come after those that are there; the place of one that has ended is taken once many have.
function showNows(old, now) {
  const list = old?.querySelector(".nows");
  if (!list) { old?.replaceWith(now); window.htmx?.process(now); return; }
  for (const card of now.querySelectorAll(".now")) {
    if (list.querySelector(`[data-item="${card.dataset.item}"]`)) continue;
    const ended = list.querySelectorAll(".now:not([data-state=running])");
    if (ended.length > most.ended) ended[0].replaceWith(card);
    else list.append(card);
    window.htmx?.process(card);
  }
}

// What is new in the list is counted, and shown when somebody asks for it: rows never move by themselves.
const changes = new Set();

function countChange(id) {
  const place = document.querySelector("[data-changes]");
  if (!place || !document.querySelector(".queue .row")) return;
  changes.add(id);
  write(place.querySelector("span"), say("changes", number.format(changes.size)));
  place.hidden = false;
}

// Moments that a row names are counted down.
function tick() {
  for (const text of document.querySelectorAll("[data-at]")) {
    const left = (Date.parse(text.dataset.at) - Date.now()) / 1000;
    if (left > 0 && left < 3600) write(text, say("again", duration(left)));
  }
}

// One stream for all. It begins with a snapshot, and the page is read anew then: what changed since it was made, or while
// the stream was cut, was told to nobody here.
let stream = null;

function listen() {
  if (stream || !document.querySelector("[data-live]")) return;
  stream = new EventSource(`${root}/api/v1/events`);
  const on = (name, act) => stream.addEventListener(name, (event) => act(JSON.parse(event.data)));
  on("snapshot", ({ stats }) => { document.body.classList.remove("unconnected"); showStats(stats); readPageSoon(); });
  on("progress", showProgress);
  on("stats", showStats);
  on("queue_item", ({ id, status }) => {
    stale.add(id);
    readSoon();
    if (shown(id).length) return;
    if (status === "processing" || !document.querySelector(".queue .row")) readPageSoon();
    if (status !== "processing") countChange(id);
  });
  on("queue_item_gone", ({ id }) => { stale.add(id); readSoon(); });
  for (const name of ["pause", "limit", "scrape", "scrape_gone", "health", "gap"]) on(name, readPageSoon);
  stream.onerror = () => { document.body.classList.add("unconnected"); if (stream.readyState === EventSource.CLOSED) { stream = null; setTimeout(listen, 4000); } };
}

function rest() {
  stream?.close();
  stream = null;
}

let hidden = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hidden);
  if (document.hidden) hidden = setTimeout(rest, wait.hidden);
  else if (!stream) listen();
  else readPageSoon();
});

// What there is to say goes away by itself, except what was refused.
function showNotices(list) {
  const place = document.querySelector(".notices");
  for (const { kind, text } of list) {
    const notice = document.createElement("div");
    notice.className = "notice";
    notice.dataset.kind = kind;
    notice.textContent = text;
    place?.append(notice);
  }
  forget();
}

function forget() {
  for (const notice of document.querySelectorAll(".notice:not([data-seen])")) {
    notice.dataset.seen = "";
    notice.addEventListener("click", () => notice.remove());
    if (notice.dataset.kind === "done") setTimeout(() => notice.remove(), 8000);
  }
}

document.addEventListener("notices", (event) => showNotices(event.detail.list));
// The answer to a button of a row is that row; only now, as what it has to say is told where the button was.
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => { if (ctx.swap === "none" && ctx.text) showRows(ctx.text); });
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  // What was taken is not to be sent again; what was refused can be mended.
  if (ctx.sourceElement?.matches(".paste") && !document.querySelector(".notice[data-kind=refused]:not([data-seen])")) ctx.sourceElement.reset();
  forget();
  listen();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  const isWriting = event.target.closest("input, textarea, select, [contenteditable]");
  if (isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); document.querySelector("#q")?.focus(); }
  if (event.key === "a") { event.preventDefault(); document.querySelector("#links")?.focus(); }
});
setInterval(tick, 1000);
forget();
listen();
