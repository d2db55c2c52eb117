"""A next page that cannot be had ends a listing: what came before it is kept, and the page is named.

Sites take old pages off while others still name them, and answer with some page of theirs in the place of one that is
gone. What a site refuses for the moment, and what may come when it is asked again, is an error as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import structlog

from ohdio_core.domain.audiobook import ListingPage
from ohdio_core.errors import AnswersDifferently, Blocked, DiffersForNow, NotFound, PermanentError
from ohdio_core.sentences import Sentence, sentence

log = structlog.get_logger(__name__)


#: What is kept where a page is missing.
PAGES_BEFORE = sentence("missing.pages_before", "what the pages before it list")


def note_on_missing(error: PermanentError, url: str, what: Sentence, rest: Sentence) -> Sentence:
    """Return what people should know where a place that a listing leads to is not there.

    Args:
        error: What came of reading it.
        url: Its address.
        what: It, as the subject of a sentence.
        rest: What is kept all the same, as a subject, too.

    Raises:
        Blocked: The site refuses us, and perhaps not this page only.
    """
    if isinstance(error, Blocked):
        raise error
    log.warning("page missing", link=url, reason=str(error))
    if isinstance(error, NotFound):
        return sentence("missing.gone", "{what} is gone; {rest} is kept.", what=what, rest=rest)
    return sentence(
        "missing.unreadable",
        "{what} cannot be read; {rest} is kept. The reason: {reason}",
        what=what,
        rest=rest,
        reason=error.detail if isinstance(error, AnswersDifferently) else error.sentence,
    )


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
            error.prefix_with(named(following))
        raise
    except PermanentError as error:
        if following is None:
            raise
        url = named(following)
        following_page = sentence("missing.page", "The next page that the listing names, {link},", link=url)
        yield ListingPage((), None, note=note_on_missing(error, url, following_page, PAGES_BEFORE))
