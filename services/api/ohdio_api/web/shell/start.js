// Begins what every page does: pages are swapped below the bar, so what one of them needs is there from the start.

import { showBookmarklet } from "../add/bookmarklet.js";
import { fold } from "../add/page.js";
import { tickAgain } from "../queue/page.js";
import { showPlaying } from "../player/page.js";
import "../parts/menu.js";
import { showRows } from "../parts/row.js";
import { showTabs } from "../settings/tabs.js";
import { emptySent, showUnsaved } from "../parts/still.js";
import { showCopying } from "./copy.js";
import "./keys.js";
import "./typed.js";
import { listen } from "./live.js";
import { forget, showNotices } from "./notices.js";
import { markPlace } from "./place.js";

document.addEventListener("notices", (event) => showNotices(event.detail.list));
// The answer to a button of a row is that row; only now, as what it has to say is told where the button was.
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => { if (ctx.swap === "none" && ctx.text) showRows(ctx.text); });
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  // What was taken is not to be sent again; what was refused can be mended.
  if (ctx.swap !== "none" && ctx.response?.raw?.ok && !document.querySelector(".notice[data-kind=refused]:not([data-seen])")) emptySent(ctx.sourceElement, ctx.request.body);
  begin();
});

function begin() {
  markPlace();
  fold();
  showBookmarklet();
  showCopying();
  document.querySelector("[data-show-keys][hidden]")?.removeAttribute("hidden");
  tickAgain();
  showPlaying();
  showTabs();
  showUnsaved();
  forget();
  listen();
}

begin();
