// What there is to say goes away by itself, except what was refused.

const kept = 8_000; // milliseconds
const undone = 10_000; // where something can be undone

/** Show what an answer has to say beside its rows. */
export function showNotices(list) {
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

// Not while somebody is at it.
function leave(notice) {
  if (notice.matches(":hover, :focus-within")) setTimeout(() => leave(notice), 1_000);
  else notice.remove();
}

/** Let notices that are new go in their time. */
export function forget() {
  for (const notice of document.querySelectorAll(".notice:not([data-seen])")) {
    notice.dataset.seen = "";
    notice.addEventListener("click", (event) => { if (!event.target.closest("form")) notice.remove(); });
    if (notice.dataset.kind === "done") setTimeout(() => leave(notice), notice.querySelector("form") ? undone : kept);
  }
}
