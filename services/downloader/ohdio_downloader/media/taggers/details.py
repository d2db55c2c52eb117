"""What is written into one audio file: everything that the tags of any kind can say.

Which tag says what follows Audiobookshelf, Plex agents and Mp3tag's audiobook conventions: the book is
the album, its authors are artist and album artist, all its narrators are composer, a part is a track of the one disc.
Several names have "; " between them: players split at commas, too, and take "Homère, Virgile" for one person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.sequence import season_and_number, sequence
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.cover import Cover

Tag = TypeVar("Tag")

_NAMES = "; "  # between those of people

FRONT_COVER = 3  #: the picture type of ID3v2.4.0 frames, section 4.14; FLAC and Vorbis took it over


@dataclass(frozen=True, slots=True)
class PartTags:
    """Which part of the book a file is."""

    number: int  #: from 1
    count: int
    title: str | None = None
    narrators: tuple[str, ...] = ()  #: who reads this part, where that is not said of the whole book
    chapters: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class FileDetails:
    """What is written into a file; what is left out stays as it is there."""

    texts: Mapping[str, str] = field(default_factory=dict)  #: by the names of Vorbis comments
    position: tuple[int, int] | None = None  #: the number of the part, from 1, and how many there are
    cover: Cover | None = None  #: for players that show one per file
    chapters: tuple[Span, ...] = ()
    disc: tuple[int, int] | None = (1, 1)  #: on which of how many the part is; of an episode its season
    is_all: bool = False  #: the texts are all that is known of the book: no other tag that states a fact of it stays

    def places(self, track: Tag, disc: Tag) -> Iterator[tuple[Tag, tuple[int, int]]]:
        """Yield which of these tags are written, each with its number and how many there are."""
        if self.position is not None:
            yield track, self.position
            if self.disc is not None:
                yield disc, self.disc

    @property
    def size(self) -> int:
        """Return about how many bytes the tags take, rather too many than too few."""
        texts = sum(len(text.encode()) + 64 for text in self.texts.values())
        chapters = sum(len(chapter.title.encode()) + 96 for chapter in self.chapters)
        # The description is written twice, for different players.
        return 2048 + 2 * texts + chapters + (0 if self.cover is None else len(self.cover.data))


def title_of(book: BookDetails, track: PartTags) -> str:
    """Return what a part is called."""
    return track.title or (book.title if track.count == 1 else f"{book.title} ({track.number})")


def part_details(book: BookDetails, track: PartTags, cover: Cover | None) -> FileDetails:
    """Return what is written into the file of one part; what is unknown is to be in no tag.

    Who reads the part is ``NARRATOR``; players that take the narrators of a book from ``COMPOSER`` look at its first
    file alone, so that all of them are there in each.
    """
    if book.is_episode:
        return _episode_details(book, track, cover)
    texts = {name: text for name, text in _texts(book, track).items() if text}
    return FileDetails(texts, (track.number, track.count), cover, track.chapters, is_all=True)


def _episode_details(book: BookDetails, track: PartTags, cover: Cover | None) -> FileDetails:
    """Return what is written into the file of an episode: its show is the album, where players of podcasts look.

    An episode has no OPF, which players believe more than tags: the tags themselves are as they are read rightly.
    """
    told = _texts(book, track) | {
        "ALBUM": book.episode_of,
        "DATE": book.published,
        "GENRE": _unsplit(book.genre or ""),
        "DESCRIPTION": _without_elements(book.description or ""),
    }
    texts = {name: text for name, text in told.items() if text}
    season, number = season_and_number(book.series_position) or (None, None)
    return FileDetails(
        texts,
        None if number is None else (number, 0),
        cover,
        track.chapters,
        disc=None if season is None else (season, 0),
        is_all=True,
    )


def _unsplit(genre: str) -> str:
    """Return genres of which players make no two at a slash."""
    return re.sub(r"\s*/\s*", " \N{EN DASH} ", genre)


def _without_elements(description: str) -> str:
    """Return a description for players that show it as HTML, in which nothing that looks like an element is lost."""
    paired = re.sub(r"<(?=[A-Za-z/!?])([^<>]*)>", r"‹\1›", description)
    return re.sub(r"<(?=[A-Za-z/!?])", "‹", paired)


def _texts(book: BookDetails, track: PartTags) -> dict[str, str | None]:
    authors = _NAMES.join(book.authors)
    return {
        "TITLE": title_of(book, track),
        "ALBUM": book.title,
        "ARTIST": authors,
        "ALBUMARTIST": authors,
        "COMPOSER": _NAMES.join(book.readers),
        "NARRATOR": _NAMES.join(track.narrators or book.narrators),
        "TRANSLATOR": _NAMES.join(book.translators),
        "GENRE": book.genre,
        "DATE": None if book.published_year is None else str(book.published_year),
        "ISBN": book.isbn,
        "ASIN": book.asin,
        "PUBLISHER": book.publisher,
        "DESCRIPTION": book.description,
        "LANGUAGE": book.language,
        "SERIES": book.series,
        "SERIES-PART": sequence(book.series_position) if book.series else None,
    }
