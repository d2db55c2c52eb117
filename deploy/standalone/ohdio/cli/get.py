"""``ohdio get``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ohdio.cli.options import Library, Links
from ohdio.cli.sentences import exiting_with_sentences_of_a_start
from ohdio.cli.start import judge_start
from ohdio_client.cli.options import AsJson, Data
from ohdio_client.cli.output import books, print_error, print_json, print_line
from ohdio_client.cli.pause import ALL_PAUSED, pause_said
from ohdio_client.cli.wishes import Wanted, with_wishes
from ohdio_client.language import in_one_language, sentence_of, translated
from ohdio_client.unwanted import unwanted
from ohdio_core.sentences import Sentence, about, sentence, together

if TYPE_CHECKING:
    from ohdio.choice import Choice
    from ohdio.datadir import DataDirectory
    from ohdio.session import Session
    from ohdio_client.collection import Outcome, Wish
    from ohdio_client.signals import StopSignal
    from ohdio_core.library_settings import LibrarySettings
    from ohdio_core.schemas.queue import QueueItemView

_INTERVAL = 0.25  # seconds between two looks


@with_wishes
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
    wanted: Wanted,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Collect every book behind some links, and end: 0 when all are complete, 1 when some failed, 2 for bad input."""
    from ohdio.datadir import DataDirectory
    from ohdio_client.api.errors import ApiUnreachable
    from ohdio_client.signals import StopSignal
    from ohdio_core.arenas import share_arenas
    from ohdio_core.data_directory import default_data_directory
    from ohdio_core.logging import configure_logging

    share_arenas()
    stop = StopSignal()
    outcome = None
    with exiting_with_sentences_of_a_start():
        directory = DataDirectory(data or default_data_directory())
        choice = judge_start(urls, wanted, directory, LIBRARY_DIR=library, MAX_CONCURRENT_DOWNLOADS=most)
        # Imported late, as it brings every service along: a wrong link or setting is answered before.
        from ohdio.session import open_session
        from ohdio_client.collection import Wish

        settings = choice.settings
        configure_logging(level=settings.log_level, as_json=settings.log_json, to=directory.open_log())
        wish = Wish(urls, wanted)
        is_first = True
        while True:
            with open_session(choice, directory, wish) as session:
                _print_what_is_kept(session, choice, directory)
                try:
                    # What was paused while we waited for the one that ran stays so when we take over.
                    _print_pause(session, is_lifted=session.is_ours and is_first)
                    is_first = False
                    outcome = _follow(session, wish, stop)
                except ApiUnreachable:
                    if session.is_ours:
                        raise
                    # The one that did the work has ended; we go on where it stopped.
                    continue
                break
    _end(session, settings, outcome, stop, as_json=as_json)


def _print_what_is_kept(session: Session, choice: Choice, directory: DataDirectory) -> None:
    """Print in a line where books go if one might wonder, or what the ohdio that runs does otherwise."""
    from ohdio_core.data_directory import default_data_directory

    if session.is_ours:
        if why := choice.why_library:
            print_error(f"Books go to {session.instance.library}{why}.")
        return
    kept = []
    where = "" if directory.path == default_data_directory() else f" --data {directory.path}"
    if (wanted := choice.wanted_limit) is not None:
        limit = session.client.queue.stats().max_concurrent_downloads
        if limit != wanted:
            kept.append(f"its own limit of {limit} at once (`ohdio limit {wanted}{where}` changes it)")
    if choice.wanted_library is not None and choice.wanted_library != session.instance.library:
        kept.append(f"its own library, {session.instance.library} (end it to use another one)")
    if kept:
        print_error(f"The ohdio that is running keeps {' and '.join(kept)}.")


def _print_pause(session: Session, *, is_lifted: bool) -> None:
    """Resume downloads that a person paused earlier and forgot, or say what does."""
    if not session.client.queue.stats().is_paused:
        return
    if is_lifted:
        session.client.queue.resume()
        print_error("All downloads were paused; now they go on.")
    else:
        print_error(ALL_PAUSED)


def _follow(session: Session, wish: Wish, stop: StopSignal) -> Outcome | None:
    """Show how far it is until nothing more happens without a person; None when asked to end this process before."""
    from rich.console import Console

    from ohdio.stall import StallTimeout
    from ohdio_client.collection import Collection, submit
    from ohdio_client.progress import make_display

    with make_display(Console(stderr=True)) as display:
        collection = Collection(session.client, session.taken or submit(wish, session.client.links.add))
        stall = StallTimeout()
        while True:
            state = collection.state()
            display.show(state)
            if state.is_over or stall.has_passed(state):
                return collection.outcome()
            if stop.wait(_INTERVAL):
                return None


def _end(
    session: Session, settings: LibrarySettings, outcome: Outcome | None, stop: StopSignal, *, as_json: bool
) -> None:
    library = session.instance.library
    if outcome is None:
        goes_on = (
            "Running the same command again goes on where it stopped."
            if session.is_ours
            else "The ohdio that is running goes on with it."
        )
        print_error(f"Stopped. {goes_on} Books are in {library}.")
        raise SystemExit(stop.exit_code)
    lost = _why_lost(settings, library) if outcome.complete else None
    if as_json:
        print_json(
            {
                "library": library,
                "complete": outcome.complete,
                "fetched": outcome.fetched,
                "skipped": outcome.skipped,
                "unwanted": outcome.unwanted,
                "not_complete": list(outcome.not_complete),
                "failed_scans": list(outcome.failed_scans),
                "noted": list(outcome.noted),
                "whole_scans": list(outcome.whole_scans),
            }
        )
    else:
        _summarise(outcome, library if lost is None else None)
        if session.is_ours and not outcome.is_success:
            print_line(
                "The same command tries again; `ohdio queue`, `resume`, `retry` and `remove` need a running `ohdio up`."
            )
    if lost is not None:
        print_error(lost)
    raise SystemExit(0 if outcome.is_success and lost is None else 1)


def _why_lost(settings: LibrarySettings, library: str) -> str | None:
    """Return why books that were filed in a library cannot be there now; None when they can."""
    from ohdio_core.composition.chosen_library import library_of
    from ohdio_core.errors import Postponed

    place = library_of(settings.at(library), is_prompt=True)
    place.expect_mark()
    try:
        place.require_mounted()
    except Postponed as error:
        return translated(error.sentence)
    return None


def _summarise(outcome: Outcome, library: str | None) -> None:
    """Count the books, and tell what is to be known of them; None for a library that has gone away with them."""
    print_line(_complete(outcome, library))
    if outcome.skipped:
        print_line(f"{books(outcome.skipped)} skipped, as the filters say.")
    if outcome.unwanted:
        print_line(f"{in_one_language(unwanted(outcome.unwanted))}.")
    _print_notes(outcome)
    _print_scans(outcome)
    if outcome.not_complete:
        _print_not_complete(outcome)


def _print_notes(outcome: Outcome) -> None:
    from ohdio_client.progress import title_of

    for item in outcome.noted:
        note = sentence_of(item.audiobook.note, item.audiobook.note_message)
        if note is not None:
            print_line(f"  {in_one_language(about(title_of(item), note))}")


def _print_scans(outcome: Outcome) -> None:
    from ohdio_client.left_out import remark
    from ohdio_client.progress import scan_line

    for scan in outcome.failed_scans:
        print_line(scan_line(scan))
    for scan in outcome.whole_scans:
        note = sentence_of(scan.note, scan.note_message)
        if (others := remark(scan.left_out, scan.left_out_messages, note)) is not None:
            print_line(in_one_language(about(scan.title or scan.url, others)))


def _print_not_complete(outcome: Outcome) -> None:
    from ohdio_client.progress import title_of

    print_line(f"{books(len(outcome.not_complete))} not complete:")
    for item in outcome.not_complete:
        said = together(sentence("get.state", "{status}.", status=_status(item)), _reason(item))
        print_line(f"  {in_one_language(about(title_of(item), said))}")
    if any(item.status == "queued" for item in outcome.not_complete):
        print_line(
            "Nothing else was left to do for two minutes. What is queued stays so, and goes on once that is mended."
        )


def _complete(outcome: Outcome, library: str | None) -> str:
    if library is None:
        return f"{books(outcome.complete)} complete, filed before"
    there = outcome.complete - outcome.fetched
    if there and not outcome.fetched:
        return f"{books(there)} already there, nothing fetched: complete, in {library}"
    return f"{books(outcome.complete)} complete{f' ({there} already there)' if there else ''}, in {library}"


def _status(item: QueueItemView) -> Sentence | str:
    match item.status:
        case "failed":
            return sentence("get.failed", "failed")
        case "paused":
            return sentence("get.paused", "paused")
        case "queued":
            return sentence("get.queued", "queued")
        case "processing":
            return sentence("get.processing", "processing")
    return item.status.value


def _reason(item: QueueItemView) -> Sentence:
    if item.status == "paused":
        return pause_said(item)
    error, wait = sentence_of(item.error, item.error_message), sentence_of(item.wait_reason, item.wait_message)
    return error or wait or sentence("get.no_reason", "no reason is known")
