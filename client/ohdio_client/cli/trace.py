"""``ohdio trace``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohdio_client.cli.clock import moment_here
from ohdio_client.cli.connection import connected
from ohdio_client.cli.one_book import one_matching
from ohdio_client.cli.options import Api, AsJson, Data, OneBook
from ohdio_client.cli.output import print_json, print_line, size
from ohdio_client.cli.table import print_table
from ohdio_client.language import translated_text

if TYPE_CHECKING:
    from ohdio_core.schemas.attempts import AttemptView
    from ohdio_core.schemas.trace import TraceEvent


def trace(
    wanted: OneBook,
    *,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what happened to one book: what asked for it, each attempt and wait with its reason, and where it is."""
    with connected(api, data) as client:
        story = client.books.trace(one_matching(client, wanted).id)
    if as_json:
        print_json(story)
        return
    print_line(story.title or story.url)
    if story.trace_id is not None:
        print_line(f"trace {story.trace_id}")
    print_table(("when", "what", "how", "took", "got", "where"), map(_row, story.events))


def _row(event: TraceEvent) -> tuple[str, str, str, str, str, str]:
    when = moment_here(event.at)
    text = translated_text(event.text, event.message)
    run = event.run
    if run is None:
        return (when, event.kind.value, text, "", "", "")
    got = size(run.bytes) if run.bytes else ""
    return (when, _name(run), text, f"{run.seconds:.1f} s", got, run.host or "")


def _name(run: AttemptView) -> str:
    number = f" {run.attempt}" if run.attempt > 1 else ""
    return f"{run.stage.value}{number}" + (f", {run.times} times" if run.times > 1 else "")
