// Numbers, sizes, times and phrases, written as the server writes them (`words.py`).

const language = document.body.dataset.lang;
const phrases = JSON.parse(document.body.dataset.phrases);
const plural = new Intl.PluralRules(language);
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0, useGrouping: false });
const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A phrase with its values; one that counts has a form for each plural. */
export function say(phrase, ...values) {
  const forms = phrases[phrase];
  const text = typeof forms === "string" ? forms : forms[plural.select(values[0])] ?? forms.other;
  return values.reduce((said, value, index) => said.replaceAll(`%${index + 1}`, typeof value === "number" ? number.format(value) : value), text);
}

export const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });

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
  return `${number.format(days)}\u00a0${say("day", days)}`;
}

/** A moment of a book: 52:07, 4:12:07. */
export function clock(seconds) {
  const [hours, minutes, rest] = [seconds / 3600, seconds / 60 % 60, seconds % 60].map((each) => Math.floor(Math.max(0, each)));
  return `${hours ? `${hours}:` : ""}${String(minutes).padStart(hours ? 2 : 1, "0")}:${String(rest).padStart(2, "0")}`;
}

/** How much there is to hear: never in days. */
export function length(seconds) {
  return seconds < 172_800 ? duration(seconds) : `${number.format(seconds / 3600)}\u00a0h`;
}
