"""What a person means by numbers that `ohdio queue` shows, by links, and by words of a title or author."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.output import print_error
from ohdio_client.cli.sentences import BAD_INPUT
from ohdio_client.cli.whole_number import whole_number
from ohdio_client.cli.words import words
from ohdio_client.errors import BadInput
from ohdio_core.sentences import about, sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.audiobooks import AudiobookView
    from ohdio_core.schemas.queue import BookSummary, QueueItemView
    from ohdio_core.sentences import Sentence

NOT_ALL = 1  #: exit code, where something of what was asked for was not done
_ASKED_AT_ONCE = 200  #: books whose items are read with one request


@dataclass(frozen=True, slots=True)
class Book:
    """A book, as much of it as tells it from others."""

    id: int
    item: int | None  #: its number in the queue; None when it is not there
    url: str
    title: str | None
    status: str | None
    authors: tuple[str, ...] = ()
    series: str | None = None
    folder: str | None = None  #: below the library; None until it is filed

    @classmethod
    def of_view(cls, book: AudiobookView) -> Self:
        """Return the book that a list of books shows."""
        return cls._of(book, book.queue_item_id, book.status)

    @classmethod
    def of_item(cls, item: QueueItemView) -> Self:
        """Return the book that an item of the queue shows."""
        return cls._of(item.audiobook, item.id, item.status)

    @classmethod
    def _of(cls, book: AudiobookView | BookSummary, item: int | None, status: str | None) -> Self:
        return cls(book.id, item, book.url, book.title, status, tuple(book.authors), book.series, book.library_path)


@dataclass(frozen=True, slots=True)
class Scan:
    """The scan of a category or feed."""

    id: int
    url: str
    title: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Among what a command looks for what a person means by links and words."""

    nothing: Sentence  #: what is said after a link or words of which there is nothing
    statuses: frozenset[str] | None = None  #: of books; None for all
    scans: tuple[str, ...] = ()  #: the states of scans that are looked at, too
    is_library: bool = False  #: books that are not in the queue any more, too
    #: Which of the books in these states are meant, by what the queue shows of them; None for all.
    fits: Callable[[QueueItemView], bool] | None = None

    def has(self, book: Book) -> bool:
        """Return whether a book is one of those that are looked at."""
        is_there = self.is_library or book.item is not None
        return is_there and (self.statuses is None or book.status in self.statuses)


#: All books that there are.
ANY_BOOK = Scope(sentence("matching.none", "there is no such book in the queue or in the library."), is_library=True)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a person wrote, told apart."""

    links: tuple[str, ...]
    numbers: tuple[int, ...]
    words: str | None

    @classmethod
    def by(cls, wanted: Sequence[str]) -> Self:
        """Return which of these are links, which numbers and which words.

        All that is no link belongs together: "tome 2" is a part of a title, and no book with the number 2.

        Raises:
            BadArgument: Nothing is named, a number is below 1, or the words are too many.
        """
        from ohdio_core.domain.typed_link import is_link

        links = tuple(each for each in wanted if is_link(each))
        others = [each for each in wanted if not is_link(each)]
        if others and not "".join(others).strip():
            raise BadArgument(
                sentence(
                    "matching.no_name",
                    "The name of the book is empty; write its number, its link, or words of its title or author.",
                )
            )
        if all(each.lstrip("-").isdecimal() for each in others):
            return cls(links, tuple(dict.fromkeys(whole_number(each) for each in others)), None)
        return cls(links, (), words(" ".join(others)))


def matching(client: Client, meant: Meant, scope: Scope) -> list[Book | Scan]:
    """Return the books and scans that are meant by links and words, each once.

    Raises:
        BadInput: There is nothing of one of them.
    """
    found: list[Book | Scan] = []
    for link in meant.links:
        scans = client.scans.every(scope.scans, link) if scope.scans else iter(())
        here: list[Book | Scan] = [Scan(scan.id, scan.url, scan.title, scan.status) for scan in scans]
        here += _books(client, scope, client.books.every(url=link))
        found += _some(here, link, scope)
    if meant.words is not None:
        found += _some(_books(client, scope, client.books.every(words=meant.words)), meant.words, scope)
    return list({(type(each), each.id): each for each in found}.values())


def books_matching(client: Client, meant: Meant, scope: Scope) -> list[Book]:
    """Return what ``matching`` does, where scans are not looked at."""
    return [each for each in matching(client, meant, scope) if isinstance(each, Book)]


def numbered(client: Client, number: int) -> Book:
    """Return a book by its number in the queue.

    Raises:
        SystemExit: There is none; it is said.
    """
    from ohdio_client.api.errors import ItemRefused

    try:
        return Book.of_item(client.queue.item(number))
    except ItemRefused as error:
        print_error(error.shown_of(str(number)))
        raise SystemExit(BAD_INPUT) from None


def _books(client: Client, scope: Scope, found: Iterator[AudiobookView]) -> Sequence[Book]:
    books = list(filter(scope.has, map(Book.of_view, found)))
    if scope.fits is None:
        return books
    fitting: set[int] = set()
    for start in range(0, len(books), _ASKED_AT_ONCE):
        items = client.queue.items(books=[book.id for book in books[start : start + _ASKED_AT_ONCE]])
        fitting |= {item.id for item in items if scope.fits(item)}
    return [book for book in books if book.item in fitting]


def _some(found: Sequence[Book | Scan], wanted: str, scope: Scope) -> Sequence[Book | Scan]:
    if not found:
        raise BadInput(about(wanted, scope.nothing))
    return found
