// How far one is in a book, kept on the server. Whoever knew an older place than the server's overwrites nothing: the person chooses.

const root = document.body.dataset.root;
let address = "";
let revision = 0;
let isSending = false;
let later = null; // seconds, to be sent next
let isLost = false; // whether no answer came to what was sent last
let contested = null; // the place of another device, until the person has chosen
let offer = () => {};

/** Take a book, and be told of a place that another device has saved. */
export function follow(book, known, told) {
  const of = `${root}/api/v1/audiobooks/${book}/position`;
  // What a page told when it was loaded is older than what was saved since.
  revision = of === address ? Math.max(revision, known) : known;
  address = of;
  later = contested = null;
  isLost = false;
  offer = told;
}

// Another device's place; or one of ours, of which no answer came, or came to the page before.
function meet(stored, own) {
  if (stored.seconds === own) revision = stored.revision;
  else offer(contested = stored);
}

// What this tab sent last: as the page before was left, perhaps, and after this one was made. Where a browser keeps
// nothing, the person is asked.
const sent = (of) => { try { return +sessionStorage[of]; } catch {} };

/** Ask whether another device has saved a place since. */
export async function check() {
  const asked = address;
  const answer = await fetch(asked).catch(() => null);
  if (!answer?.ok) return;
  const stored = await answer.json();
  if (asked === address && !isSending && !isLost && stored.revision > revision) meet(stored, sent(asked));
}

/** Save a place, unless another was saved meanwhile. */
export async function save(seconds) {
  if (isSending || contested) { later = seconds; return; }
  isSending = true;
  later = null;
  const asked = address;
  const before = sent(asked);
  try { sessionStorage[asked] = seconds; } catch {}
  try {
    const answer = await fetch(asked, {
      method: "PUT", keepalive: true, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ seconds, revision }),
    });
    const said = await answer.json();
    if (asked === address) {
      if (answer.ok) revision = said.revision;
      else if (answer.status === 409) {
        meet(said.stored, before);
        later ??= seconds;
      }
      isLost = false;
    }
  } catch {
    isLost = asked === address;
  }
  isSending = false;
  if (later !== null && !contested && !isLost) save(later);
}

/** End the contest: from here on, what is saved counts. */
export function settle() {
  if (contested) revision = contested.revision;
  contested = null;
}
