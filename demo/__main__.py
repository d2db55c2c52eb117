"""``python -m demo [standalone|services]``: collect a small catalogue of our own, and check what came of it."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from demo import shapes
from demo.output import say, tree
from demo.verdict import problems
from devservers.errors import ServerUnavailable
from ohdio.signals import StopSignal
from tests.sites.client import SimOrigin
from tests.sites.demo import CATALOGUE, CATEGORY, EXPECTED

_LIMIT = 3
_SHAPES = {"standalone": shapes.standalone, "services": shapes.services}


def main() -> None:
    """Run one shape; exit with 0 only if exactly the expected books are complete."""
    shape = sys.argv[1] if len(sys.argv) > 1 else "standalone"
    if shape not in _SHAPES:
        sys.exit(f"There is no shape {shape!r}: choose {' or '.join(_SHAPES)}.")
    stop = StopSignal()
    with tempfile.TemporaryDirectory(prefix="ohdio-demo-") as directory:
        try:
            sys.exit(_run(shape, Path(directory), stop))
        except shapes.Interrupted:
            sys.exit(stop.exit_code)
        except ServerUnavailable as error:
            sys.exit(str(error))


def _run(shape: str, directory: Path, stop: StopSignal) -> int:
    started = time.monotonic()
    library = directory / "library"
    say(f"A category of {len(CATEGORY.books)} invented books, on simulated sites on this machine. One site has a")
    say("bad moment and is asked again; one book is gone for ever, which is expected.\n")
    with SimOrigin.start(directory / "recordings", CATALOGUE) as sites:
        settings = {
            "OHDIO_HOST_OVERRIDES": sites.overrides(),
            "LIBRARY_DIR": str(library),
            "MAX_CONCURRENT_DOWNLOADS": str(_LIMIT),
            # Room is not what is shown here, and this machine may be a small one.
            "MIN_DISK_SPACE_MB": "50",
        }
        outcome = _SHAPES[shape](sites.category_url(CATEGORY), directory, settings, stop)
        seen, weight = sites.stats(), sites.weight()
    say("\nThe library")
    for line in tree(library):
        say(line)
    say(
        f"\n{outcome.complete} of {len(CATEGORY.books)} books are complete; at most {seen.peak} were on their way at "
        f"once; {seen.media_bytes / 1e6:.1f} MB were fetched for {weight / 1e6:.1f} MB of books; "
        f"{time.monotonic() - started:.0f} seconds."
    )
    for item in outcome.not_complete:
        is_expected = item["audiobook"]["title"] in {book.title for book in EXPECTED.gone}
        say(f"Failed{' as expected' if is_expected else ''}: {item['audiobook']['title']}. {item['error']}")
    wrong = list(problems(outcome, library, seen, weight, _LIMIT))
    for problem in wrong:
        say(f"NOT AS EXPECTED: {problem}")
    say("This is not as it should be." if wrong else "Everything is as expected. The books were only a demonstration.")
    return 1 if wrong else 0


if __name__ == "__main__":
    main()
