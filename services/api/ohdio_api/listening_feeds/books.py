"""What listening feeds have: their books, and of these the files that are episodes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Row

from ohdio_api.listening_feeds.service import key_of
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.domain.audiobook import BookRef, Chapter
from ohdio_core.domain.feed_scope import FeedScope
from ohdio_core.library import Library
from ohdio_core.sources.owners import owner_of

_SQL = NamedSql(__name__)
#: Which books each kind of feed has, in SQL.
SCOPES = {
    FeedScope.LIBRARY: "CAST(:value AS text) IS NULL",
    FeedScope.AUTHOR: "authors @> ARRAY[CAST(:value AS text)]",
    FeedScope.SERIES: "series = :value",
    FeedScope.BOOK: "book.id = CAST(:value AS bigint)",
    FeedScope.FOLLOW: "EXISTS (SELECT FROM followed_books WHERE follow_id = CAST(:value AS bigint) "
    "AND audiobook_id = book.id)",
}
_FIND_FEED = _SQL.statement("find_feed")
_NOTE_USE = _SQL.statement("note_use")
_NOTE_CHANGE = _SQL.statement("note_change")
_FIND_BOOKS = {scope: _SQL.statement("find_books", scope=condition) for scope, condition in SCOPES.items()}
_HAS_BOOK = {scope: _SQL.statement("has_book", scope=condition) for scope, condition in SCOPES.items()}
_READ_BOOKS = _SQL.statement("read_books")
_FIND_CHAPTERS = _SQL.statement("find_chapters")

_AT_ONCE = 50  # books
_NOON = time(12, tzinfo=UTC)  # so that it is that day in most places
_chapters: TypeAdapter[tuple[Chapter, ...]] = TypeAdapter(tuple[Chapter, ...])


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that an app asks for."""

    id: int
    scope: FeedScope
    value: str | None
    title: str | None
    is_revoked: bool
    fingerprint: str | None
    changed_at: datetime


class FeedState(NamedTuple):
    """Which books a feed has now."""

    ids: Sequence[int]  #: the one that was filed last first
    fingerprint: str  #: another one as soon as anything of them changes
    changed_at: datetime


class HeardPart(NamedTuple):
    """A file of a book."""

    number: int  #: from 1
    file: str  #: its name in the book's folder
    size: int
    seconds: float | None
    title: str | None
    has_chapters: bool


@dataclass(frozen=True, slots=True)
class FeedBook:
    """A book of a feed."""

    id: int
    name: str  #: tells it from every other, also once it was deleted and added again; nothing can be read from it
    title: str
    authors: Sequence[str]
    narrators: Sequence[str]
    translators: Sequence[str]
    description: str | None
    language: str | None
    series: str | None
    series_position: str | None
    filed_at: datetime
    appeared_on: date | None  #: of an episode of a show
    episodes: Sequence[HeardPart]

    def published(self, number: int, *, is_of_show: bool) -> datetime:
        """Return when an episode appeared: apps that go by that have them in order.

        Args:
            is_of_show: As its show says; else when it came into the library.
        """
        if is_of_show and self.appeared_on is not None:
            return datetime.combine(self.appeared_on, _NOON)
        return self.filed_at - timedelta(seconds=len(self.episodes) - number)


class FeedBooks:
    """Reads feeds for the apps that ask for them."""

    def __init__(self, database: Database, library: Library) -> None:
        self.database = database
        self.library = library

    def find(self, secret: str) -> FoundFeed | None:
        """Return the feed of a secret, also a revoked one; None where it is nobody's."""
        with self.database.statement() as work:
            row = work.execute(_FIND_FEED, {"key": key_of(secret)}).one_or_none()
            if row is None:
                return None
            if row.revoked_at is None and not row.is_noted:
                work.execute(_NOTE_USE, {"id": row.id})
        return FoundFeed(
            row.id,
            FeedScope(row.scope),
            row.value,
            row.title,
            row.revoked_at is not None,
            row.fingerprint,
            row.changed_at,
        )

    def state(self, feed: FoundFeed) -> FeedState:
        """Return which books a feed has, and since when it is as it is."""
        with self.database.statement() as work:
            rows = work.execute(_FIND_BOOKS[feed.scope], {"value": feed.value}).all()
            seen = hashlib.sha256()
            for row in rows:
                seen.update(f"{row.id} {row.state}\n".encode())
            fingerprint = seen.hexdigest()[:32]
            changed_at = feed.changed_at
            if fingerprint != feed.fingerprint:
                changed_at = work.execute(_NOTE_CHANGE, {"id": feed.id, "fingerprint": fingerprint}).scalar_one()
        return FeedState([row.id for row in rows], fingerprint, changed_at)

    def has(self, feed: FoundFeed, audiobook_id: int) -> bool:
        """Return whether a book is one of a feed."""
        with self.database.statement() as work:
            return bool(work.execute(_HAS_BOOK[feed.scope], {"value": feed.value, "id": audiobook_id}).scalar_one())

    def books(self, ids: Sequence[int]) -> Iterator[FeedBook]:
        """Yield these books in this order, read some at a time; those that are gone are left out."""
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            with self.database.statement() as work:
                found = {row.id: row for row in work.execute(_READ_BOOKS, {"ids": list(some)})}
            yield from (self._book(found[number]) for number in some if number in found)

    def chapters(self, audiobook_id: int, part: int) -> list[tuple[float, str]]:
        """Return the second where each chapter of a part begins, and its title.

        Args:
            part: Counted from 1.
        """
        with self.database.statement() as work:
            found = work.execute(_FIND_CHAPTERS, {"id": audiobook_id, "index": part - 1}).one()
        if found.filed:
            return [(float(second), str(title)) for second, title in found.filed]
        listed = _chapters.validate_python(found.listed or (), strict=False)
        return [(chapter.start.total_seconds(), chapter.title) for chapter in listed]

    def _book(self, row: Row[Any]) -> FeedBook:
        fields = row._asdict()
        shown = (
            "authors",
            "narrators",
            "translators",
            "description",
            "language",
            "series",
            "series_position",
            "filed_at",
            "appeared_on",
        )
        return FeedBook(
            id=row.id,
            name=hashlib.sha256(f"{row.source}\0{row.external_id}".encode()).hexdigest()[:32],
            title=row.title or "ohdio",
            episodes=self._episodes(row),
            **{**{name: fields[name] for name in shown}, "authors": row.authors or ([row.show] if row.show else [])},
        )

    def _episodes(self, row: Row[Any]) -> list[HeardPart]:
        files = row.files or self._measured(row)
        # Where there are as many of both, each part is a file.
        parts = row.parts if len(row.parts) == len(files) else [(None, None, False)] * len(files)
        return [
            HeardPart(number, name, size, seconds or told, title, has_chapters or has_listed)
            for number, ((name, size, seconds, has_chapters), (title, told, has_listed)) in enumerate(
                zip(files, parts, strict=True), 1
            )
        ]

    def _measured(self, row: Row[Any]) -> list[tuple[str, int, None, bool]]:
        """Return the files of a book that was filed before they were written down; of none that is gone, the size."""
        owner_id = owner_of(BookRef(row.source, row.url, row.external_id))
        names = self.library.audio_files(PurePosixPath(row.library_path), owner_id)
        found = [(name, self.library.file(name)) for name in names]
        return [(name.name, 0 if file is None else file.size, None, False) for name, file in found]
