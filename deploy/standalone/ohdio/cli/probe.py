"""``ohdio probe``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio.cli.sentences import exiting_with_sentences_of_a_start
from ohdio_client.cli.lines import lines_of_parts
from ohdio_client.cli.options import AsJson, Data
from ohdio_client.cli.output import books, length, print_error, print_facts, print_json, print_line, size
from ohdio_client.language import translated

if TYPE_CHECKING:
    from ohdio.probing import Findings, Medium
    from ohdio.probing.link import Listing, ProbedBook
    from ohdio_core.sentences import Sentence

_NOT_ALL = 1  # exit code
_KINDS = {"category": "a listing", "audiobook": "a book", "medium": "the id of a recording"}


def probe(
    link: Annotated[
        str, typer.Argument(metavar="LINK", help="A link of any kind, or the number of one of OHdio's recordings.")
    ],
    *,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print what a link is taken for, and what sound is there, by its first bytes; nothing is queued or kept.

    It needs no running ohdio. The exit code is 0 when all could be read, 1 when not, 2 for what is no link.
    """
    from ohdio.choice import choose
    from ohdio.datadir import DataDirectory
    from ohdio.probing import probe as probe_link
    from ohdio_core.composition.http import client_settings_of
    from ohdio_core.data_directory import default_data_directory
    from ohdio_core.logging import configure_logging
    from ohdio_core.sources.http import HttpClientFactory
    from ohdio_core.sources.registry import SourceRegistry, offered

    configure_logging(level="error")
    with exiting_with_sentences_of_a_start():
        settings = choose(DataDirectory(data or default_data_directory()).remembered_library()).settings
        http = client_settings_of(settings)
        clients = HttpClientFactory(http)
        try:
            found = probe_link(link, SourceRegistry(offered(http, with_ytdlp=settings.with_ytdlp)), clients)
        finally:
            clients.close()
    if as_json:
        print_json(found)
    else:
        _show(found)
    if found.error is not None:
        raise SystemExit(_NOT_ALL)


def _show(found: Findings) -> None:
    print_line(found.url or f"{found.source} {found.external_id}")
    print_facts(_identity(found))
    if found.listing is not None:
        print_line("The listing")
        print_facts(_of_listing(found.listing))
    if found.book is not None:
        print_line("Its first book" if found.listing is not None else "The book")
        print_facts(_of_book(found.book, is_shown=found.book.url != found.url))
        print_line(*lines_of_parts(found.book.parts))
    if found.medium is not None:
        has_others = found.book is not None and len(found.book.parts) > 1
        print_line("The recording of its first part" if has_others else "The recording")
        print_facts(_of_medium(found.medium))
    if found.error is not None:
        print_error(translated(found.error))


def _identity(found: Findings) -> Iterator[tuple[str, str | None]]:
    yield "taken for", _KINDS[found.kind]
    yield "source", found.source
    yield "id", found.external_id


def _of_listing(listing: Listing) -> Iterator[tuple[str, str | None]]:
    yield "title", listing.title
    more = "" if listing.is_whole else " on its first page, which has others behind it"
    claimed = f" (it says that it has {listing.total})" if listing.total not in {None, listing.books} else ""
    yield "books", f"{books(listing.books)}{more}{claimed}"
    yield "left out", _left_out(listing.left_out)
    yield "note", _said(listing.note)


def _said(note: Sentence | None) -> str | None:
    return None if note is None else translated(note)


def _left_out(counts: Mapping[str, int]) -> str | None:
    return ", ".join(f"{count} with {what}" for what, count in counts.items()) or None


def _of_book(book: ProbedBook, *, is_shown: bool) -> Iterator[tuple[str, str | None]]:
    yield "title", book.title
    yield "author", ", ".join(book.authors)
    yield "read by", ", ".join(book.narrators)
    yield "link", book.url if is_shown else None
    yield "length", length(book.duration_seconds)
    yield "note", _said(book.note)


def _of_medium(medium: Medium) -> Iterator[tuple[str, str | None]]:
    yield "address", medium.address
    yield "kind", _kind(medium)
    yield "type", medium.content_type
    yield "container", medium.container
    yield "codec", _codec(medium)
    yield "bit rate", None if medium.bit_rate is None else f"{medium.bit_rate / 1000:.0f} kbit/s"
    about = "about " if medium.is_duration_estimated else ""
    yield "length", f"{about}{length(medium.duration_seconds)}" if medium.duration_seconds else None
    yield "size", _size(medium)
    yield "in pieces", {True: "yes", False: "no: a broken transfer begins anew", None: None}[medium.has_ranges]
    yield "protected", {True: "yes", False: "no", None: None}[medium.is_protected]


def _kind(medium: Medium) -> str:
    if medium.segments is None:
        return "an HLS playlist" if medium.kind == "hls" else "one file"
    encrypted = f", encrypted ({medium.encryption}) with a key that is given" if medium.encryption else ""
    return f"an HLS playlist of {medium.segments} segments{encrypted}"


def _codec(medium: Medium) -> str | None:
    if medium.codec is None:
        return None
    channels = {1: "mono", 2: "stereo"}.get(medium.channels or 0, f"{medium.channels} channels")
    return f"{medium.codec}, {(medium.sample_rate or 0) / 1000:g} kHz, {channels}"


def _size(medium: Medium) -> str | None:
    if medium.has_length is None:
        return None
    return size(medium.size) if medium.has_length else "not announced"
