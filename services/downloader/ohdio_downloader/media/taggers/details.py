"""What is written into one audio file: everything that the tags of any kind can say.

Which tag says what follows Audiobookshelf, Plex agents and Mp3tag's audiobook conventions: the book is
the album, its authors are artist and album artist, its narrators are composer, a part is a track.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ohdio_core.domain.audiobook import BookDetails
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.cover import Cover

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

    @property
    def size(self) -> int:
        """Return about how many bytes the tags take, rather too many than too few."""
        texts = sum(len(text.encode()) + 64 for text in self.texts.values())
        chapters = sum(len(chapter.title.encode()) + 96 for chapter in self.chapters)
        # The description is written twice, for different players.
        return 2048 + 2 * texts + chapters + (0 if self.cover is None else len(self.cover.data))


def part_details(book: BookDetails, track: PartTags, cover: Cover | None) -> FileDetails:
    """Return what is written into the file of one part; what is unknown is left out."""
    authors = ", ".join(book.authors)
    narrators = ", ".join(track.narrators or book.narrators)
    texts = {
        "TITLE": track.title or (book.title if track.count == 1 else f"{book.title} ({track.number})"),
        "ALBUM": book.title,
        "ARTIST": authors,
        "ALBUMARTIST": authors,
        "COMPOSER": narrators,
        "NARRATOR": narrators,
        "GENRE": book.genre,
        "DATE": None if book.published_year is None else str(book.published_year),
        "PUBLISHER": book.publisher,
        "DESCRIPTION": book.description,
        "LANGUAGE": book.language,
        "SERIES": book.series,
        "SERIES-PART": book.series_position,
    }
    known = {name: text for name, text in texts.items() if text}
    return FileDetails(known, (track.number, track.count), cover, track.chapters)
