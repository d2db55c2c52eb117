"""Where the parts of a book are: as its listing told, or as it tells now, once an address has died."""

from __future__ import annotations

from dataclasses import replace

import structlog

from ohdio_core.collection.books import StoredBook
from ohdio_core.domain.audiobook import Media, Part
from ohdio_core.errors import NotFound, OhdioError, PermanentError, TransientError
from ohdio_core.sentences import sentence, together
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.protocol import Source
from ohdio_downloader.fetch.refusal import AccessRefused, NoAudio

log = structlog.get_logger(__name__)

#: What a site answers at an address that was good once.
DEAD_ADDRESS = (AccessRefused, NotFound, NoAudio)


class Addresses:
    """The addresses of one book's parts, during one run.

    A listing may sign its addresses for a time, or move its files: what it told when it was read may be over before the
    book's turn comes.

    Args:
        book: As it is stored; its parts have the addresses that the listing told.
        pages: Paced, for asking where the media is.
    """

    def __init__(self, book: StoredBook, source: Source, pages: SiteClient) -> None:
        self._book = book
        self._source = source
        self._pages = pages
        self._listed_now: tuple[Part, ...] = ()  #: once it was read again; for every part that comes after, too

    def find(self, part: Part) -> Media:
        """Return where a part is.

        Raises:
            OhdioError: As ``Source.resolve``.
        """
        return self._source.resolve(self._book.ref, self._current(part), self._pages)

    def renew(self, part: Part, error: OhdioError) -> bool:
        """Return whether another address is known now, in place of one at which ``error`` was met.

        Raises:
            TransientError: The listing cannot be read at the moment, so it may have one later.
        """
        before = self._current(part)
        if before.url is None:
            # Its source has just been asked for it. What it signs may be refused by one server and not by the next.
            return isinstance(error, AccessRefused)
        try:
            self._listed_now = self._source.describe(replace(self._book.ref, details=None), self._pages).parts
        except PermanentError as gone:
            log.info("no new address", book=self._book.id, part=part.index + 1, reason=str(gone))
            return False
        except TransientError as later:
            later.prefix_with(sentence("address.no_other_now", "Its listing cannot be asked for another address"))
            later.sentence = together(error.sentence, later.sentence)
            raise
        return self._current(part).url != before.url

    def _current(self, part: Part) -> Part:
        listed = next((each for each in self._listed_now if each.external_id == part.external_id), None)
        if listed is None and len(self._listed_now) == len(self._book.details.parts):
            # Some listings give everything another id each time they are read.
            same_place = self._listed_now[part.index]
            listed = same_place if same_place.title == part.title else None
        if listed is None:
            return part
        return replace(part, url=listed.url, size=listed.size, checksum=listed.checksum)
