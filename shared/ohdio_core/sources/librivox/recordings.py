"""Finding the recordings of a book: by its item on archive.org first, else by the addresses of the catalogue."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import structlog

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence, sentence, together
from ohdio_core.sources.archive.item import ArchiveItem
from ohdio_core.sources.archive.source import read_item
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.librivox.api import CatalogueBook
from ohdio_core.sources.librivox.audio import SectionsDisagree, from_files, with_file, with_files

log = structlog.get_logger(__name__)


class Recordings:
    """Reads items on archive.org; the last one of each client is remembered for as long as the client lives.

    The sections of a book are asked for one by one, by one client, and all of them lie in one item.
    """

    def __init__(self) -> None:
        self._last: WeakKeyDictionary[SiteClient, ArchiveItem] = WeakKeyDictionary()

    def of_book(self, book: CatalogueBook, http: SiteClient) -> BookDetails:
        """Return a complete book, with every part's address.

        Raises:
            SectionsDisagree: Which file is which section cannot be told.
            PermanentError: Some of it is listed nowhere, or has no recording.
            TransientError: A site failed.
        """
        lack = _lack(book)
        if book.item is None:
            if lack is not None:
                raise PermanentError(
                    sentence("librivox.lack_without_item", "{lack} It names no item of archive.org, either.", lack=lack)
                )
            return book.details
        try:
            item = self._item(book.item, http)
            details = with_files(book.details, item) if book.is_whole else from_files(book, item)
        except SectionsDisagree:
            raise  # the catalogue's own addresses are those that do not fit
        except PermanentError as error:
            if lack is not None:
                raise PermanentError(together(lack, error.sentence)) from error
            log.info("audio served", what=book.slug, by="addresses of the catalogue", reason=str(error))
            return book.details
        log.info("audio served", what=book.slug, by="archive.org item", item=book.item)
        return details

    def of_section(self, part: Part, identifier: str, http: SiteClient) -> Part:
        """Return a section with the best form of the file that its address names.

        Raises:
            PermanentError: The item cannot be read, or has no file that is surely this section.
            TransientError: The site failed.
        """
        return with_file(part, self._item(identifier, http))

    def _item(self, identifier: str, http: SiteClient) -> ArchiveItem:
        item = self._last.get(http)
        if item is None or item.identifier != identifier:
            item = self._last[http] = read_item(identifier, http)
        return item


def _lack(book: CatalogueBook) -> Sentence | None:
    """Return a sentence that says what LibriVox itself lacks of a book; None where it lacks nothing."""
    details = book.details
    if not book.is_whole:
        return sentence(
            "librivox.sections_missing",
            "LibriVox lists {count} of the {total} sections of “{title}”.",
            count=len(details.parts),
            total=book.section_count or 0,
            title=details.title,
        )
    missing = next((part for part in details.parts if part.url is None), None)
    if missing is None:
        return None
    return sentence(
        "librivox.section_without_recording",
        "LibriVox names no recording of section {number} of “{title}”.",
        number=missing.index + 1,
        title=details.title,
    )
