"""The scan of a listing, as a page shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from ohdio_api.web.parts.edge import Edge, EdgeRun, Look, book_edge
from ohdio_api.web.parts.left_out import left_out_of
from ohdio_api.web.words import Words
from ohdio_core.schemas.scrapes import ScrapeContents, ScrapeStatus, ScrapeView

_SEGMENT = 4  #: percent of the edge for a page
_MOST = 62  #: percent; the end of a listing is not known before it is reached


class ScanCard(NamedTuple):
    """One scan."""

    id: int
    title: str
    link: str
    is_followed: bool
    is_under_way: bool
    has_failed: bool
    edge: Edge
    words: str
    sums: str  #: what its books come to, as far as it is known
    removable: int  #: books that it added and that are not complete
    held: int  #: books that wait for room
    wait: str | None
    error: str | None
    note: str  #: what it has besides books, and what could not be read of it


def show_scan(
    scan: ScrapeView, contents: ScrapeContents, followed: Collection[str], free: int | None, words: Words
) -> ScanCard:
    """Return the card of a scan.

    Args:
        followed: The links of listings that are followed.
        free: Bytes, on the disk of the library.
    """
    is_under_way = scan.status is ScrapeStatus.SCRAPING
    return ScanCard(
        id=scan.id,
        title=scan.title or scan.url,
        link=scan.url,
        is_followed=scan.url in followed,
        is_under_way=is_under_way,
        has_failed=scan.status is ScrapeStatus.FAILED,
        edge=_edge(scan),
        words=" · ".join(_counts(scan, words)),
        sums=" · ".join(_sums(contents, free, words)),
        removable=contents.removable,
        held=contents.held,
        wait=words.translated_text(scan.wait_reason, scan.wait_message),
        error=words.translated_text(scan.error, scan.error_message),
        note=" ".join(_notes(scan, words)),
    )


def _edge(scan: ScrapeView) -> Edge:
    """Return a segment for each page; whole only when the listing was read to its end."""
    if scan.status is ScrapeStatus.COMPLETED:
        return book_edge(Look.FILL, 1, scan.pages_done)
    width = min(scan.pages_done * _SEGMENT, _MOST)
    gaps = range(_SEGMENT, width, _SEGMENT) if scan.pages_done * _SEGMENT <= _MOST else ()
    look = Look.FILL if scan.status is ScrapeStatus.SCRAPING else Look.STOPPED
    return Edge((EdgeRun(look, 0, width),) if width else (), tuple(gaps))


def _counts(scan: ScrapeView, words: Words) -> Iterator[str]:
    _, several = words.gettext, words.ngettext
    yield several("%(count)s page", "%(count)s pages", scan.pages_done) % {"count": words.number(scan.pages_done)}
    yield _("%(count)s found") % {"count": words.number(scan.found)}
    yield _("%(count)s new") % {"count": words.number(scan.new)}
    if scan.known:
        yield _("%(count)s known") % {"count": words.number(scan.known)}
    if scan.skipped:
        yield _("%(count)s skipped") % {"count": words.number(scan.skipped)}
    if scan.unwanted:
        yield _("%(count)s removed before") % {"count": words.number(scan.unwanted)}


def _notes(scan: ScrapeView, words: Words) -> Iterator[str]:
    if (entries := left_out_of(scan.left_out, scan.left_out_messages, words)) is not None:
        yield entries
    if (note := words.translated_text(scan.note, scan.note_message)) is not None:
        yield note


def _sums(contents: ScrapeContents, free: int | None, words: Words) -> Iterator[str]:
    _, several = words.gettext, words.ngettext
    if contents.seconds:
        yield words.length(contents.seconds)
    if contents.expected_bytes:
        size = words.size(contents.expected_bytes)
        yield size if contents.bytes >= contents.expected_bytes else _("about %(size)s") % {"size": size}
    if free is not None and contents.removable:
        yield _("%(size)s free") % {"size": words.size(free)}
    if contents.held:
        held = several("%(num)s waits for room", "%(num)s wait for room", contents.held)
        yield held % {"num": words.number(contents.held)}
