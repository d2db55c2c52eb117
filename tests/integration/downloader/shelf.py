"""From the address of a playlist to the file that is filed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import cast
from uuid import uuid4

import pytest

from ohdio_core.collection.books import StoredBook
from ohdio_core.domain.audiobook import BookDetails, BookRef, Media, MediaKind, Part
from ohdio_core.errors import PermanentError
from ohdio_core.sources.http import NoPoliteness, SiteClient
from ohdio_core.sources.protocol import Source
from ohdio_core.work.claim import Claim
from ohdio_core.work.run import Run
from ohdio_downloader.book_download import BookDownload, Site
from ohdio_downloader.concurrency import ConcurrencyLimit
from ohdio_downloader.fetch.protocol import FetchLimits
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.packaging import FilePerPart
from ohdio_downloader.workdir import WorkDir
from tests.integration.downloader.faulty_origin import FaultyOrigin
from tests.integration.downloader.playlists import Playlist, Tone

PART = Part(0, "m-1")
BOOK = StoredBook(
    1,
    BookRef(source="test", external_id="1", url="http://tones.example/1"),
    BookDetails(title="Sept notes", parts=(PART,)),
    None,
)


class KnownMedia:
    """A source that knows where each part is, by its id."""

    measures_durations = False

    def __init__(self, media: Mapping[str, Media]) -> None:
        self._media = media

    def resolve(self, _ref: BookRef, part: Part, _http: SiteClient) -> Media:
        return self._media[part.external_id]


class Shelf:
    """Collects one playlist after another."""

    def __init__(self, client: SiteClient, origin: FaultyOrigin) -> None:
        self._client = client
        self.origin = origin
        self._numbers = count(1)

    def serve(self, *segments: Tone) -> str:
        """Serve a playlist of tones; return its address."""
        return Playlist(self.origin, f"/{next(self._numbers)}").serve(list(segments))

    def collect(self, url: str, root: Path) -> Path:
        """Return the one file of the book that the playlist becomes."""
        return collect(Media(url, MediaKind.HLS), root, self._client, FetchLimits())

    def refuse(self, url: str, root: Path) -> str:
        """Return why it is refused for good: at once, or as the second transfer has the fault of the first."""
        with pytest.raises((PermanentError, DamagedAudio)) as caught:
            self.collect(url, root)
        if isinstance(caught.value, DamagedAudio):
            with pytest.raises(PermanentError) as caught:
                self.collect(url, root)
        # Notes about transfers stay, and begin with their kind.
        left = [path.name for path in (root / "1" / "fetching").iterdir() if path.name[0].isdigit()]
        assert left == [], "what was refused would be taken for what was fetched"
        return str(caught.value)


def collect(media: Media, root: Path, client: SiteClient, limits: FetchLimits) -> Path:
    """Return the file that a book of one part becomes, in a work directory below ``root``."""
    directory = collect_book(BOOK, {PART.external_id: media}, root, client, limits)
    (book,) = (path for path in directory.iterdir() if path.name != "cover.jpg")
    return book


def collect_book(
    book: StoredBook, media: Mapping[str, Media], root: Path, client: SiteClient, limits: FetchLimits
) -> Path:
    """Return the directory that a book is filed in, below ``root``."""
    run = Run(Claim(1, uuid4(), 1, 3, 0, 0), beat_sent_at=0.0)
    source = cast("Source", KnownMedia(media))
    site = Site(source, pages=client, media=client, politeness=NoPoliteness())
    with WorkDir(root, "1") as work_dir:
        files = FilePerPart(book.details, work_dir, name_bytes=200, check=run.check, keep_free=0)
        computing = ConcurrencyLimit(1)
        download = BookDownload(run, book, site, work_dir, packaging=files, limits=limits, computing=computing)
        return download.fetch().packaged.directory
