"""``ohdio add``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.connection import connected
from ohdio_client.cli.link_file import read_link_file
from ohdio_client.cli.options import LINKS_HELP, Api, AsJson, Data
from ohdio_client.cli.output import print_error, print_json, print_line
from ohdio_client.cli.sentences import BAD_INPUT
from ohdio_client.cli.submission_lines import result_line
from ohdio_client.cli.wishes import Wanted, with_wishes
from ohdio_client.errors import BadInput
from ohdio_client.language import translated
from ohdio_core.sentences import Sentence, sentence

if TYPE_CHECKING:
    from ohdio_core.schemas.submissions import SubmissionResult


@with_wishes
def add(
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL", help=LINKS_HELP)] = None,
    *,
    file: Annotated[
        str | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="A file with a link on each line, or what a podcast app exports (OPML); - for input.",
        ),
    ] = None,
    wanted: Wanted,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add links of categories, feeds or audiobooks, and return at once: 0 when all were taken, 2 when one was not."""
    with connected(api, data) as client:
        if not urls and file is None:
            raise BadInput(sentence("add.no_links", "Name links to add, or a file of links with --file."))
        document = None if file is None else read_link_file(file)
        results: list[SubmissionResult] = []
        try:
            for answers in client.links.adding(urls or (), wanted):
                results += answers
            if document is not None:
                results += client.links.import_links(document, wanted)
        finally:
            # What was taken stays taken, whatever became of the rest.
            if results:
                _show(results, as_json=as_json)
    if refused := sum(result.state == "refused" for result in results):
        print_error(translated(_counted(refused, len(results))))
        raise SystemExit(BAD_INPUT)


def _counted(refused: int, every: int) -> Sentence:
    if refused < every:
        return sentence(
            "add.some_refused",
            "{refused} of {count} links refused; the others are taken.",
            refused=refused,
            count=every,
        )
    return sentence("add.all_refused", "{refused} of {count} links refused.", refused=refused, count=every)


def _show(results: Sequence[SubmissionResult], *, as_json: bool) -> None:
    if as_json:
        print_json({"results": results})
        return
    for result in results:
        print_line(result_line(result))
