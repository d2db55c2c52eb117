// The player: a bar that stays while pages change. What it plays is told by the page of a book.

import { clock, length, say } from "../shell/format.js";
import * as place from "./place.js";
import * as sound from "./sound.js";

const root = document.body.dataset.root;
const bar = document.querySelector("#player");
const part = (name) => bar.querySelector(`[data-is=${name}]`);
const every = 10_000; // milliseconds between places that are saved
const fade = 20; // seconds in which the sound goes, before it sleeps

let book = null; // as its page told it
let chapters = []; // where each begins
let hasBegun = false;
let saved = 0; // the moment
let jumps = []; // where one was
let jumped = 0; // the moment
let sleep = null; // {at: moment} or {end: seconds of the book}
let loudness = 1;
let elsewhere = null;

const chapter = (seconds = sound.time()) => Math.max(0, chapters.findLastIndex((start) => start <= seconds + 0.05));
const told = () => JSON.parse(document.querySelector("[data-sound]")?.dataset.sound ?? "null");

function save() {
  if (!hasBegun) return;
  saved = Date.now();
  place.save(Math.round(sound.time() * 10) / 10);
}

function seek(seconds) {
  sound.seek(seconds);
  if (sleep?.end) setSleep(); // at the end of the chapter that is heard now
  save();
}

/** Go somewhere, so that one can go back. */
function jump(seconds) {
  if (!book) return;
  // Several presses in a row are one jump.
  if (Date.now() - jumped > 3_000) jumps = [...jumps.slice(-49), sound.time()];
  jumped = Date.now();
  seek(seconds);
}

function goBack() {
  if (!jumps.length) return;
  seek(jumps.pop());
  jumped = 0;
}

async function play() {
  hasBegun = true;
  if (sleep?.at < Date.now()) setSleep(); // its time ran out while nothing played: it begins again
  place.check();
  await sound.play();
}

function start(wanted, at = wanted.seconds) {
  save(); // of the book before
  book = wanted;
  const seconds = book.parts;
  chapters = book.chapters.map((each) => each.start);
  const whole = seconds.reduce((sum, each) => sum + each);
  if (book.isOne) sound.take([`${root}/books/${book.id}/sound`], [whole]);
  else sound.take(seconds.map((_, index) => `${root}/api/v1/audiobooks/${book.id}/audio?part=${index + 1}`), seconds);
  [jumps, sleep, hasBegun] = [[], null, false];
  part("sleep").value = "";
  place.follow(book.id, book.revision, offer);
  offer(null);
  let speed = "1";
  try { speed = localStorage.getItem(`speed ${book.id}`) ?? speed; } catch { /* refused: as it comes */ }
  part("speed").value = speed;
  sound.setRate(Number(part("speed").value) || 1);
  if (at > 0 && at < whole - 5) sound.seek(at);
  bar.hidden = false;
  part("title").textContent = book.title;
  part("title").href = `${root}/books/${book.id}`;
  part("seek").max = Math.floor(whole);
  part("gaps").replaceChildren(...[...document.querySelectorAll(".front .edge line")].map((line) => line.cloneNode()));
  play();
}

/** Another device's place; null: there is none to offer. */
function offer(stored) {
  elsewhere = stored;
  part("offer").hidden = !stored;
  if (stored) part("elsewhere").textContent = say("elsewhere", clock(stored.seconds), clock(sound.time()));
}

function toggle() {
  if (sound.isPlaying()) sound.pause();
  else play();
}

function step(by) {
  const speeds = [...part("speed").options];
  const next = speeds[part("speed").selectedIndex + by];
  if (next) { next.selected = true; choose(); }
}

function choose() {
  sound.setRate(Number(part("speed").value));
  try { localStorage.setItem(`speed ${book.id}`, part("speed").value); } catch { /* it is as told until the page is left */ }
}

function setSleep() {
  const wanted = part("sleep").value;
  sound.setVolume(loudness);
  sleep = wanted === "chapter" ? { end: chapters[chapter() + 1] ?? sound.total() } : wanted ? { at: Date.now() + wanted * 60_000 } : null;
}

function fallAsleep(back = 0) {
  sleep = null;
  part("sleep").value = "";
  sound.pause();
  sound.setVolume(loudness);
  if (back) sound.seek(sound.time() - back);
  save();
}

function doze() {
  if (!sleep || !sound.isPlaying()) return;
  const left = (sleep.at - Date.now()) / 1000;
  if (sleep.end - sound.time() < 0.3) fallAsleep();
  else if (left <= 0) fallAsleep(fade * sound.rate());
  else if (left < fade) sound.setVolume(loudness * left / fade);
}

const acts = {
  play: toggle,
  back: () => jump(sound.time() - 15),
  ahead: () => jump(sound.time() + 30),
  previous: () => jump(chapters[Math.max(0, chapter(sound.time() - 3))]),
  next: () => jump(chapters[chapter() + 1] ?? sound.total()),
  return: goBack,
  there: () => { const { seconds } = elsewhere; place.settle(); offer(null); jump(seconds); },
  here: () => { place.settle(); offer(null); save(); },
};

const keys = {
  " ": toggle, ArrowLeft: acts.back, ArrowRight: acts.ahead, "Shift+ArrowLeft": acts.previous, "Shift+ArrowRight": acts.next,
  "[": () => step(-1), "]": () => step(1), b: goBack, s: () => part("sleep").focus(), m: sound.mute,
};

/** Do what a key is for while there is something to hear; return whether it was one of the player's. */
export function pressKey(event) {
  const act = keys[(event.shiftKey && event.key.length > 1 ? "Shift+" : "") + event.key];
  if (!book || !act || (event.key === " " && event.target.closest("button, a, summary"))) return false;
  act();
  return true;
}

function write(name, text) { if (part(name).textContent !== text) part(name).textContent = text; }

function show() {
  const now = sound.time();
  const at = chapter();
  const name = book.chapters[at].name;
  const isOn = sound.isPlaying();
  bar.classList.toggle("playing", isOn);
  write("word", say(isOn ? "pause" : "play"));
  write("now", clock(now));
  write("left", `−${clock(sound.total() - now)}`);
  write("chapter", chapters.length > 1 ? ` · ${at + 1} / ${chapters.length} · ${name}` : "");
  part("heard").setAttribute("width", `${100 * now / sound.total()}%`);
  if (!part("seek").matches(":active")) part("seek").value = now;
  part("seek").setAttribute("aria-valuetext", say("heard", length(now), length(sound.total()), at + 1, name));
  part("return").hidden = !jumps.length;
  if (jumps.length) write("where", clock(jumps.at(-1)));
  markPage(at, isOn);
}

function markPage(at, isOn) {
  const isHere = told()?.id === book?.id && book;
  for (const [index, link] of document.querySelectorAll("[data-chapter]").entries()) {
    if (isHere && index === at) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const button = document.querySelector("[data-play]");
  if (!isHere || !button) return;
  button.classList.toggle("playing", isOn);
  button.querySelector("span").textContent = say(isOn ? "pause" : "play");
}

function announce() {
  const session = navigator.mediaSession;
  if (!session || !book) return;
  session.metadata = new MediaMetadata({
    title: book.chapters[chapter()].name, artist: book.by, album: book.title, artwork: [{ src: `${root}/covers/${book.id}?size=640`, sizes: "640x640", type: "image/jpeg" }],
  });
  session.playbackState = sound.isPlaying() ? "playing" : "paused";
  session.setPositionState?.({ duration: sound.total(), position: sound.time(), playbackRate: sound.rate() });
}

let announced = "";
sound.onSound((what) => {
  if (what === "border") return sleep?.end ? fallAsleep() ?? false : true;
  doze();
  show();
  const state = `${book.id} ${chapter()} ${sound.isPlaying()} ${jumped}`;
  if (state !== announced) announce();
  announced = state;
  write("fault", what === "error" ? say("silent") : "");
  if (what === "pause" || what === "end" || (sound.isPlaying() && Date.now() - saved > every)) save();
});

const session = navigator.mediaSession;
for (const [action, act] of Object.entries({
  play, pause: sound.pause, seekbackward: acts.back, seekforward: acts.ahead, previoustrack: acts.previous, nexttrack: acts.next, seekto: ({ seekTime }) => jump(seekTime),
})) try { session?.setActionHandler(action, act); } catch { /* one that this browser does not know */ }

bar.addEventListener("click", ({ target }) => acts[target.closest("[data-do]")?.dataset.do]?.());
bar.addEventListener("change", ({ target }) => {
  const { is } = target.dataset;
  if (is === "seek") jump(Number(target.value));
  if (is === "speed") choose();
  if (is === "sleep") setSleep();
});
part("volume").addEventListener("input", ({ target }) => { loudness = Number(target.value); sound.setVolume(loudness); });
part("seek").addEventListener("input", ({ target }) => write("now", clock(Number(target.value))));

// Before htmx sees it: a part is not a page.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-second], [data-play]");
  const wanted = told();
  if (!link || !wanted || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  const at = link.dataset.second;
  if (book?.id !== wanted.id) start(wanted, at && Number(at));
  else if (at) { jump(Number(at)); play(); }
  else toggle();
}, true);

for (const type of ["pagehide", "visibilitychange"]) addEventListener(type, () => { if (sound.isPlaying()) save(); });

/** Show on a page that has just come what only a script can do. */
export function showPlaying() {
  for (const button of document.querySelectorAll("[data-play][hidden]")) button.hidden = false;
  if (book) show();
}

part("volume").hidden = !sound.setVolume(0.5);
sound.setVolume(1);
