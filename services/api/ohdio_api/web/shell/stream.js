// The stream of changes, one for all windows that are the same person's: browsers have six connections to a server. A window that
// is seen says which events it wants; one that nobody sees any more wants none.

const events = new URL(`../../../api/v1/events?caller=${encodeURIComponent(self.name)}`, location);
const again = 4_000; // milliseconds

const windows = new Set();
let stream = null;

function tell(name, value) {
  for (const each of windows) each.postMessage([name, value]);
}

function open(names) {
  if (stream || !windows.size) return;
  stream = new EventSource(events);
  stream.onopen = () => tell("stream", "open");
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) look(names);
    else tell("stream", "cut");
  };
  for (const name of names) stream.addEventListener(name, ({ data }) => tell(name, JSON.parse(data)));
}

// A server that was away is asked again and again; one that knows this person no more, with the next window.
async function look(names) {
  stream = null;
  const answer = await fetch(events).catch(() => null);
  answer?.body?.cancel();
  if (stream) return; // another window has opened it meanwhile
  tell("stream", answer?.status === 401 ? "out" : "cut");
  if (answer?.status !== 401) setTimeout(open, again, names);
}

function hear(port, names) {
  if (names) {
    windows.add(port);
    // What changed since its page was made was told to others.
    if (stream?.readyState === EventSource.OPEN) for (const said of [["stream", "open"], ["gap", {}]]) port.postMessage(said);
    else open(names);
  } else if (windows.delete(port) && !windows.size) {
    stream?.close();
    stream = null;
  }
}

const join = (port) => { port.onmessage = ({ data }) => hear(port, data); };

// Where windows can share nothing, each has one of its own.
if ("SharedWorkerGlobalScope" in self) self.onconnect = ({ ports }) => join(ports[0]);
else join(self);
