// How far one is in a book, kept on the server. Whoever knew an older place than the server's overwrites nothing: the person chooses.

const root = document.body.dataset.root;
let address = "";
let revision = 0;
let isSending = false;
let later = null; // seconds, to be sent next
let lost = null; // seconds that were sent, of which no answer came
let contested = null; // another device's place, until the person has chosen
let offer = () => {};

/** Take a book, and be told of a place that another device has saved. */
export function follow(book, known, told) {
  const of = `${root}/api/v1/audiobooks/${book}/position`;
  // What a page told when it was loaded is older than what was saved since.
  revision = of === address ? Math.max(revision, known) : known;
  address = of;
  later = lost = contested = null;
  offer = told;
}

function contest(stored) {
  contested = stored;
  offer(stored);
}

// What this tab sent last, also from the page before: that may have arrived after this page was made.
function sent(of) {
  try { return Number(sessionStorage.getItem(`place ${of}`) ?? NaN); } catch { return NaN; }
}

function remember(of, seconds) {
  try { sessionStorage.setItem(`place ${of}`, seconds); } catch { /* refused: then the person is asked */ }
}

/** Ask whether another device has saved a place since. */
export async function check() {
  const asked = address;
  const answer = await fetch(asked).catch(() => null);
  if (!answer?.ok) return;
  const stored = await answer.json();
  if (asked !== address || isSending || lost !== null || stored.revision <= revision) return;
  if (stored.seconds === sent(asked)) revision = stored.revision;
  else contest(stored);
}

/** Save a place, unless another was saved meanwhile. */
export async function save(seconds) {
  if (isSending || contested) { later = seconds; return; }
  isSending = true;
  later = null;
  const asked = address;
  const before = sent(asked);
  remember(asked, seconds);
  try {
    const answer = await fetch(asked, {
      method: "PUT", keepalive: true, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ seconds, revision }),
    });
    const said = await answer.json();
    if (asked === address) {
      if (answer.ok) revision = said.revision;
      else if (answer.status === 409) {
        // What was saved by an answer that never came, or as the page before was left, is ours.
        if (said.stored.seconds === before) { revision = said.stored.revision; later ??= seconds; }
        else contest(said.stored);
      }
      lost = null;
    }
  } catch {
    if (asked === address) lost = seconds;
  }
  isSending = false;
  if (later !== null && !contested && lost === null) save(later);
}

/** End the contest: from here on, what is saved counts. */
export function settle() {
  if (contested) revision = contested.revision;
  contested = null;
}
