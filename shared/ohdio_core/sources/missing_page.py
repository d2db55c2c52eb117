"""A next page that cannot be had ends a listing: what came before it is kept, and the page is named.

Sites take old pages off while others still name them, and answer with some page of theirs in the place of one that is
gone. What a site refuses for the moment, and what may come when it is asked again, is an error as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog

from ohdio_core.domain.audiobook import ListingPage
from ohdio_core.errors import AnswersDifferently, Blocked, DiffersForNow, NotFound, PermanentError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MissingPage:
    """A page that a listing names as its next, and that is not there."""

    url: str
    why: str  #: a clause: "is gone"
    listing: str = "the listing"

    def __str__(self) -> str:
        """Return a sentence for people."""
        return (
            f"The next page that {self.listing} names, {self.url}, {self.why}; what the pages before it list is kept."
        )


def why_missing(error: PermanentError, url: str) -> str:
    """Return the clause that says why a page that a listing leads to is not there.

    Raises:
        Blocked: The site refuses us, and perhaps not this page only.
    """
    if isinstance(error, Blocked):
        raise error
    log.warning("page missing", link=url, reason=str(error))
    if isinstance(error, NotFound):
        return "is gone"
    reason = str(error.detail if isinstance(error, AnswersDifferently) else error)
    return f"cannot be read ({reason.rstrip('.')})"


def to_the_last_page(
    pages: Iterator[ListingPage], cursor: str | None, named: Callable[[str], str]
) -> Iterator[ListingPage]:
    """Yield the pages of a listing; where one that is named as the next cannot be had, the last one has a note on it.

    Args:
        pages: As a source yields them from ``cursor`` on.
        cursor: None at the listing's beginning.
        named: Returns the address of the page at a cursor.

    Raises:
        PermanentError: The first page of the listing cannot be read, or the site refuses us.
        DiffersForNow: A page is not in a form that is known; the sentence names it.
        TransientError: The site failed.
    """
    following = cursor
    try:
        for page in pages:
            yield page
            following = page.next_cursor
    except DiffersForNow as error:
        if following is not None:
            error.say_of(named(following))
        raise
    except PermanentError as error:
        if following is None:
            raise
        url = named(following)
        yield ListingPage((), None, note=str(MissingPage(url, why_missing(error, url))))
