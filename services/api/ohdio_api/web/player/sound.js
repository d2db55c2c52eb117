// The sound of a book on one timeline, however many files it is in: while one plays, the next is loaded ahead in the other element.

// Not in the page: Chromium would keep each page that is read anew.
let [here, ahead] = [0, 1].map(() => document.createElement("audio"));
ahead.preload = "auto";
document.querySelector("#player")?.prepend(here, ahead);
let files = []; // addresses
let starts = []; // seconds of the book, and its end
let now = 0;
let tell = () => {};

export const total = () => starts.at(-1) ?? 0;
export const time = () => Math.min(starts[now] + here.currentTime, starts[now + 1]);
export const isPlaying = () => !here.paused && !here.error;
export const rate = () => here.playbackRate;
export const volume = () => here.volume;

/** Be told of "change" (it plays, or stands, or is elsewhere), "pause", "border", "end" and "error". */
export function onSound(told) { tell = told; }

/** Take a book. Called where somebody presses, as browsers let elements play that were loaded then. */
export function take(addresses, seconds) {
  files = addresses;
  starts = [0];
  for (const length of seconds) starts.push(starts.at(-1) + length);
  turn(0);
  ahead.load();
}

function turn(file) {
  const is = ahead.getAttribute("src") === files[file];
  if (is) {
    here.pause();
    ahead.playbackRate = here.playbackRate;
    ahead.volume = here.volume;
    ahead.muted = here.muted;
    [here, ahead] = [ahead, here];
  } else here.src = files[file];
  here.preload = "auto";
  now = file;
  if (file + 1 < files.length) ahead.src = files[file + 1];
  else ahead.removeAttribute("src");
}

/** Play; what was broken is asked for again, from where it was. */
export function play() {
  if (here.ended && now + 1 < files.length) { turn(now + 1); here.currentTime = 0; } // one fell asleep at the end of a part
  if (here.error) {
    const at = here.currentTime;
    here.load();
    here.currentTime = at;
  }
  return here.play().catch(() => {});
}
export function pause() { here.pause(); }

export function seek(seconds) {
  const isOn = isPlaying();
  seconds = Math.max(0, Math.min(seconds, total()));
  const file = Math.min(starts.findLastIndex((start) => start <= seconds), files.length - 1);
  if (file !== now) turn(file);
  here.currentTime = seconds - starts[file];
  if (isOn) play();
  tell("change");
}

export function setRate(wanted) {
  for (const element of [here, ahead]) element.defaultPlaybackRate = element.playbackRate = wanted;
}

/** Set the volume; return whether the browser does as it is told (on iOS only the buttons of the device do). */
export function setVolume(wanted) {
  here.volume = wanted;
  return Math.abs(here.volume - wanted) < 0.01;
}

export function mute() { here.muted = !here.muted; }

function hear({ target, type }) {
  if (target !== here) return;
  if (type === "ended") {
    if (now + 1 === files.length) tell("end");
    else if (tell("border") !== false) { turn(now + 1); here.currentTime = 0; play(); }
  } else if (type === "pause") { if (!here.ended) tell("pause"); } // a file that ends pauses first
  else tell(type === "error" ? "error" : "change");
}
for (const element of [here, ahead]) for (const type of ["timeupdate", "play", "playing", "pause", "ended", "error"]) element.addEventListener(type, hear);
