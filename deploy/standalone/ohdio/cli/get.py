"""``ohdio get``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio.cli.options import AsJson, Data, Library, Links
from ohdio.cli.output import books, print_json, print_line
from ohdio.cli.sentences import exiting_with_sentences_of_a_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohdio.collection import Outcome
    from ohdio.progress import Display
    from ohdio.session import Session
    from ohdio.signals import StopSignal

_INTERVAL = 0.25  # seconds between two looks


def get(
    urls: Links,
    *,
    library: Library = None,
    most: Annotated[
        int | None, typer.Option("--max", metavar="N", help="Download at most so many books at once (default: 3).")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Collect every book behind some links, and end: 0 when all are complete, 1 when some failed, 2 for bad input."""
    from rich.console import Console

    from ohdio.client import ApiUnreachable
    from ohdio.datadir import DataDirectory, default_data_directory
    from ohdio.progress import make_display
    from ohdio.settings import StandaloneSettings
    from ohdio.signals import StopSignal
    from ohdio_core.logging import configure_logging
    from ohdio_core.settings import load

    stop = StopSignal()
    outcome = None
    with exiting_with_sentences_of_a_start():
        _refuse_what_nobody_reads(urls)
        chosen = {"LIBRARY_DIR": library, "MAX_CONCURRENT_DOWNLOADS": most}
        settings = load(StandaloneSettings, **{name: value for name, value in chosen.items() if value is not None})
        # Imported late, as it brings every service along: a wrong link or setting is answered before.
        from ohdio.session import open_session

        directory = DataDirectory(data or default_data_directory())
        configure_logging(level=settings.log_level, as_json=settings.log_json, to=directory.open_log())
        while True:
            with open_session(settings, directory) as session:
                if not session.is_ours and most is not None:
                    session.client.order("PUT", "queue/limit", {"max_concurrent_downloads": most})
                try:
                    with make_display(Console(stderr=True)) as display:
                        outcome = _follow(session, urls, display, stop)
                except ApiUnreachable:
                    if session.is_ours:
                        raise
                    # The one that did the work has ended; we go on where it stopped.
                    continue
                break
    _end(session, outcome, stop, as_json=as_json)


def _refuse_what_nobody_reads(urls: Sequence[str]) -> None:
    """Say what is wrong with a link before anything is started."""
    from ohdio.client import LinksRefused
    from ohdio_core.errors import PermanentError
    from ohdio_core.sources.registry import SourceRegistry

    registry = SourceRegistry()
    problems = []
    for number, url in enumerate(urls, 1):
        try:
            registry.identify(url)
        except PermanentError as error:
            # By its number: some links are refused because they hold a password.
            problems.append(f"Link {number}: {error}" if len(urls) > 1 else str(error))
    if problems:
        raise LinksRefused("\n".join(problems))


def _follow(session: Session, urls: Sequence[str], display: Display, stop: StopSignal) -> Outcome | None:
    """Wait until nothing more happens; None when this process was asked to end before."""
    from ohdio.collection import Collection

    collection = Collection(session.client, urls)
    while True:
        look = collection.look()
        display.show(look)
        if look.is_over:
            return collection.outcome()
        if stop.wait(_INTERVAL):
            return None


def _end(session: Session, outcome: Outcome | None, stop: StopSignal, *, as_json: bool) -> None:
    library = session.instance.library
    if outcome is None:
        goes_on = (
            "Running the same command again goes on where it stopped."
            if session.is_ours
            else "The ohdio that is running goes on with it."
        )
        sys.stderr.write(f"Stopped. {goes_on} Books are in {library}.\n")
        raise SystemExit(stop.exit_code)
    if as_json:
        print_json(
            {
                "library": library,
                "complete": outcome.complete,
                "not_complete": list(outcome.not_complete),
                "failed_scans": list(outcome.failed_scans),
            }
        )
    else:
        _summarise(outcome, library)
    raise SystemExit(0 if outcome.is_success else 1)


def _summarise(outcome: Outcome, library: str) -> None:
    from ohdio.progress import title_of

    print_line(f"{books(outcome.complete)} complete, in {library}")
    for scan in outcome.failed_scans:
        print_line(f"The scan of {scan['title'] or scan['url']} ended early: {scan['error'] or scan['status']}")
    if outcome.not_complete:
        print_line(f"{books(len(outcome.not_complete))} not complete:")
    for item in outcome.not_complete:
        reason = item["error"] or item["wait_reason"] or "no reason is known"
        print_line(f"  {title_of(item)}: {item['status']}. {reason}")
