// What there is to say goes away by itself, except what was refused.

const kept = 8_000; // milliseconds

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

/** Let notices that are new go in their time. */
export function forget() {
  for (const notice of document.querySelectorAll(".notice:not([data-seen])")) {
    notice.dataset.seen = "";
    notice.addEventListener("click", () => notice.remove());
    if (notice.dataset.kind === "done") setTimeout(() => notice.remove(), kept);
  }
}
