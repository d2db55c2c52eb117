// How far a book is that is encoded: a number of its row, or of its page.

import { write } from "../parts/row.js";
import { duration, say } from "../shell/format.js";

export function showEncoded({ items }) {
  for (const [id, done, total, left] of items) {
    const row = document.querySelector(`#conversion-${id}[data-state=running]`);
    if (!row) continue;
    const percent = Math.min(99, Math.floor(100 * done / total));
    const bar = row.querySelector("progress");
    if (bar) bar.value = percent;
    write(row.querySelector("[data-words]"), say("encoded", percent));
    write(row.querySelector("[data-more]"), left == null ? "" : say("left", duration(Math.max(1, left))));
  }
}
