"""``python -m demo [standalone|services]``: collect a small catalogue of our own, and check what came of it."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from demo import shapes
from demo.output import say, show, tree
from demo.verdict import problems
from devservers.errors import ServerUnavailable
from ohdio_client.signals import StopSignal
from tests.sites.client import SimOrigin
from tests.sites.demo import CATALOGUE, CATEGORY, EXPECTED, LINKS

_LIMIT = 3
_SHAPES = {"standalone": shapes.standalone, "services": shapes.services}


def main() -> None:
    """Run one shape; exit with 0 only if exactly the expected books are complete."""
    shape = sys.argv[1] if len(sys.argv) > 1 else "standalone"
    if shape not in _SHAPES:
        sys.exit(f"There is no shape {shape!r}: choose {' or '.join(_SHAPES)}.")
    stop = StopSignal()
    # Apart from everything else: the books stay when the demonstration is over.
    library = Path(tempfile.mkdtemp(prefix="ohdio-demo-library-"))
    with tempfile.TemporaryDirectory(prefix="ohdio-demo-") as directory:
        try:
            sys.exit(_run(shape, Path(directory), library, stop))
        except shapes.Interrupted:
            shutil.rmtree(library)
            sys.exit(stop.exit_code)
        except ServerUnavailable as error:
            shutil.rmtree(library)
            sys.exit(str(error))


def _run(shape: str, directory: Path, library: Path, stop: StopSignal) -> int:
    started = time.monotonic()
    say(
        f"A category of {len(CATEGORY.books)} invented books on OHdio, a book on LibriVox, an item on archive.org, and "
        "a serial feed that becomes one book: all on sites that this machine simulates. One site has a bad moment and "
        "is asked again; one book is gone for ever, as expected.\n"
    )
    with SimOrigin.start(directory / "recordings", CATALOGUE) as sites:
        settings = {
            "OHDIO_HOST_OVERRIDES": sites.overrides(),
            "LIBRARY_DIR": str(library),
            "MAX_CONCURRENT_DOWNLOADS": str(_LIMIT),
            # Room is not what is shown here, and this machine may be a small one.
            "MIN_DISK_SPACE_MB": "50",
        }
        with _SHAPES[shape](LINKS, directory, settings, stop) as collect:
            outcome = collect()
            seen, weight = sites.stats(), sites.weight()
            say("\nThe library")
            for line in tree(library):
                show(line)
            say("\nThe same links again")
            again = collect()
            fetched_again = sites.stats().media_bytes - seen.media_bytes
    asked_for = len(EXPECTED.files) + len(EXPECTED.gone)
    say(
        f"\n{outcome.complete} of {asked_for} books are complete; at most {seen.peak} were on their way at once; "
        f"{seen.media_bytes / 1e6:.1f} MB were fetched for {weight / 1e6:.1f} MB of books."
    )
    if not fetched_again:
        say("The second time nothing was fetched again (0 bytes).")
    for item in outcome.not_complete:
        is_expected = item.audiobook.title in {book.title for book in EXPECTED.gone}
        say(f"Failed{' as expected' if is_expected else ''}: {item.audiobook.title}. {item.error}")
    wrong = list(problems(outcome, library, seen, weight, _LIMIT))
    if again.complete != outcome.complete:
        wrong.append(f"{again.complete} books are complete the second time.")
    if fetched_again:
        wrong.append(f"{fetched_again} bytes were fetched again for books that were complete.")
    for problem in wrong:
        say(f"NOT AS EXPECTED: {problem}")
    verdict = "This is not as it should be." if wrong else "Everything is as expected."
    say(f"{verdict} It took {time.monotonic() - started:.0f} seconds.")
    say(f"The books, only a demonstration, are in {library}; `rm -r {library}` deletes them.")
    return 1 if wrong else 0


if __name__ == "__main__":
    main()
