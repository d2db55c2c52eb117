"""``ohdio get``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ohdio.cli.options import AsJson, Data, Library, Links
from ohdio.cli.output import books, print_json, print_line
from ohdio.cli.sentences import BadInput, exiting_with_sentences_of_a_start
from ohdio.cli.wishes import (
    AsBook,
    Authors,
    Languages,
    Longest,
    NewestOnly,
    NotAuthors,
    NotTitles,
    Shortest,
    Titles,
    wishes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ohdio.choice import Choice
    from ohdio.collection import Outcome
    from ohdio.datadir import DataDirectory
    from ohdio.progress import Display
    from ohdio.session import Session
    from ohdio.signals import StopSignal

_INTERVAL = 0.25  # seconds between two looks


def get(
    urls: Links,
    *,
    library: Library = None,
    most: Annotated[
        str | None,
        typer.Option(
            "--max", metavar="N", help="Download at most so many books at once (default: MAX_CONCURRENT_DOWNLOADS, 3)."
        ),
    ] = None,
    as_book: AsBook = False,
    title: Titles = None,
    not_title: NotTitles = None,
    author: Authors = None,
    not_author: NotAuthors = None,
    language: Languages = None,
    min_duration: Shortest = None,
    max_duration: Longest = None,
    newest: NewestOnly = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Collect every book behind some links, and end: 0 when all are complete, 1 when some failed, 2 for bad input."""
    from rich.console import Console

    from ohdio.client import ApiUnreachable
    from ohdio.datadir import DataDirectory, default_data_directory
    from ohdio.progress import make_display
    from ohdio.signals import StopSignal
    from ohdio_core.logging import configure_logging

    wanted = wishes(
        as_book=as_book,
        title=title,
        not_title=not_title,
        author=author,
        not_author=not_author,
        language=language,
        min_duration=min_duration,
        max_duration=max_duration,
        newest=newest,
    )
    stop = StopSignal()
    outcome = None
    with exiting_with_sentences_of_a_start():
        directory = DataDirectory(data or default_data_directory())
        choice = _judge(urls, directory, LIBRARY_DIR=library, MAX_CONCURRENT_DOWNLOADS=most)
        # Imported late, as it brings every service along: a wrong link or setting is answered before.
        from ohdio.session import open_session

        settings = choice.settings
        configure_logging(level=settings.log_level, as_json=settings.log_json, to=directory.open_log())
        while True:
            with open_session(choice, directory) as session:
                _say_what_is_kept(session, choice, directory)
                try:
                    with make_display(Console(stderr=True)) as display:
                        outcome = _follow(session, urls, wanted, display, stop)
                except ApiUnreachable:
                    if session.is_ours:
                        raise
                    # The one that did the work has ended; we go on where it stopped.
                    continue
                break
    _end(session, outcome, stop, as_json=as_json)


def _judge(urls: Sequence[str], directory: DataDirectory, **options: object | None) -> Choice:
    """Say everything that is wrong with settings and links, before anything is started."""
    from ohdio.choice import choose
    from ohdio_core.settings import InvalidSettings

    problems = []
    choice = None
    try:
        choice = choose(directory.remembered_library(), **options)
    except InvalidSettings as error:
        problems.append(str(error))
    problems += _refusals(urls)
    if choice is None or problems:
        raise BadInput("\n".join(problems))
    return choice


def _refusals(urls: Sequence[str]) -> Iterator[str]:
    """Say what is wrong with each link that nobody can follow."""
    from ohdio.client import refusal_of
    from ohdio_core.domain.shown_link import shown_link
    from ohdio_core.errors import PermanentError
    from ohdio_core.sources.registry import SourceRegistry

    registry = SourceRegistry()
    for url in urls:
        try:
            registry.identify(url)
        except PermanentError as error:
            yield refusal_of(shown_link(url) or repr(url), str(error))


def _say_what_is_kept(session: Session, choice: Choice, directory: DataDirectory) -> None:
    """Say in a line where books go because an earlier start said so, or what the ohdio that runs does otherwise."""
    from ohdio.datadir import default_data_directory

    if session.is_ours:
        if choice.is_library_remembered:
            sys.stderr.write(f"Books go to {session.instance.library}, as --library said before.\n")
        return
    kept = []
    where = "" if directory.path == default_data_directory() else f" --data {directory.path}"
    if (wanted := choice.wanted_limit) is not None:
        limit = session.client.get("queue/stats")["max_concurrent_downloads"]
        if limit != wanted:
            kept.append(f"its own limit of {limit} at once (`ohdio limit {wanted}{where}` changes it)")
    if choice.wanted_library is not None and str(choice.wanted_library) != session.instance.library:
        kept.append(f"its own library, {session.instance.library} (end it to use another one)")
    if kept:
        sys.stderr.write(f"The ohdio that is running keeps {' and '.join(kept)}.\n")


def _follow(
    session: Session, urls: Sequence[str], wanted: Mapping[str, Any], display: Display, stop: StopSignal
) -> Outcome | None:
    """Wait until nothing more happens; None when this process was asked to end before."""
    from ohdio.collection import Collection

    collection = Collection(session.client, urls, wanted)
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
                "skipped": outcome.skipped,
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
    if outcome.skipped:
        print_line(f"{books(outcome.skipped)} skipped, as the filters say.")
    for scan in outcome.failed_scans:
        print_line(f"The scan of {scan['title'] or scan['url']} ended early: {scan['error'] or scan['status']}")
    if outcome.not_complete:
        print_line(f"{books(len(outcome.not_complete))} not complete:")
    for item in outcome.not_complete:
        reason = item["error"] or item["wait_reason"] or "no reason is known"
        print_line(f"  {title_of(item)}: {item['status']}. {reason}")
