"""All the components of a download, in the order in which a download uses them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest

from ohdio_core.domain.audiobook import BookDetails, Media, MediaKind, Part
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import TransientError
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.sources.http import SiteClient
from ohdio_downloader.fetch.media import fetch
from ohdio_downloader.fetch.protocol import FetchLimits
from ohdio_downloader.media.assemble import assemble, container_for
from ohdio_downloader.media.cover import read_cover
from ohdio_downloader.media.join import join
from ohdio_downloader.media.probe import probe
from ohdio_downloader.media.verify import verify
from ohdio_downloader.packaging import FilePerPart, VerifiedPart
from ohdio_downloader.pieces import Pieces
from ohdio_downloader.workdir import WorkDir
from tests.fakes.download_control import FakeControl
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.sites.audio import AudioFactory, HlsVariant
from tests.sites.pictures import jpeg

SECONDS = timedelta(seconds=9)
OWNER = OwnerId("test:1")
BOOK = BookDetails(
    title="Trois façons de dire",
    authors=("Mara Quill",),
    narrators=("Tom Lisière",),
    parts=(
        Part(0, "m-1", title="En un fichier", duration=SECONDS),
        Part(1, "m-2", title="En segments", duration=SECONDS),
        Part(2, "m-3", title="En secret", duration=SECONDS),
    ),
)


@dataclass
class Downloader:
    """What the service does, without queue and database."""

    client: SiteClient
    root: Path
    media: dict[str, Media]

    def run(self) -> PurePosixPath:
        (self.root / "library").mkdir(exist_ok=True)
        library = FolderLibrary(self.root / "library")
        control = FakeControl()
        cover = read_cover(jpeg(3))
        assert cover is not None
        with WorkDir(self.root / "work", "1") as work:
            packaging = FilePerPart(BOOK, work, name_bytes=200, check=control.check, keep_free=0)
            packaging.add_cover(cover)
            for part in BOOK.parts:
                if packaging.size_of(part) is None:
                    packaging.add(VerifiedPart(part, self.verified(work, part, control), SECONDS, (), None))
            placed = library.place(packaging.close().directory, BOOK, OWNER)
            work.remove()
        assert library.find(BOOK, OWNER) == placed
        return placed

    def verified(self, work: WorkDir, part: Part, control: FakeControl) -> Path:
        fetched = fetch(self.media[part.external_id], work.fetch_path(part), self.client, control, FetchLimits())
        if (pieces := Pieces.load(fetched.path)) is not None:
            ready = join(fetched.path, pieces, control.check)
        else:
            info = probe(fetched.path)
            ready = fetched.path.with_suffix(container_for(info).suffix)
            assemble(fetched.path, ready, info, control.check)
        verify(ready, is_whole=False, check=control.check)
        return ready


@pytest.fixture
def downloader(client: SiteClient, faulty: FaultyOrigin, audio: AudioFactory, tmp_path: Path) -> Downloader:
    media = {"m-1": Media(faulty.serve("/1.mp3", Serving(audio.mp3("1", 9))), MediaKind.HTTP)}
    for key, variant in (("m-2", HlsVariant.PLAIN), ("m-3", HlsVariant.AES_128)):
        made = audio.hls(key, 9, variant)
        for name, data in made.files.items():
            faulty.serve(f"/{key}/{name}", Serving(data, content_type="application/octet-stream"))
        media[key] = Media(f"{faulty.url}/{key}/{made.master}", MediaKind.HLS)
    return Downloader(client, tmp_path, media)


def test_a_book_of_three_kinds_of_parts_ends_in_the_library(downloader: Downloader) -> None:
    folder = downloader.root / "library" / downloader.run()
    assert sorted(path.name for path in folder.iterdir()) == [
        ".ohdio.json",
        "01 - En un fichier.mp3",
        "02 - En segments.m4a",
        "03 - En secret.m4a",
        "cover.jpg",
    ]
    for path in folder.glob("0*"):
        assert verify(path, is_whole=False, check=FakeControl().check).duration >= SECONDS
    assert list((downloader.root / "work").iterdir()) == []


def test_a_second_run_fetches_only_what_is_missing(downloader: Downloader, faulty: FaultyOrigin) -> None:
    segment = faulty.serve("/m-2/audio1.ts", Serving(status=500)).removeprefix(faulty.url)
    with pytest.raises(TransientError):
        downloader.run()
    first = len(faulty.requests("/1.mp3")), len(faulty.requests("/m-2/audio0.ts"))
    assert len(faulty.requests(segment)) == 3
    again = AudioFactory(downloader.root / "recordings").hls("m-2", 9, HlsVariant.PLAIN)
    faulty.serve("/m-2/audio1.ts", Serving(again.files["audio1.ts"]))
    downloader.run()
    assert (len(faulty.requests("/1.mp3")), len(faulty.requests("/m-2/audio0.ts"))) == first == (1, 1)


def test_a_file_that_arrived_whole_is_not_fetched_again(downloader: Downloader, faulty: FaultyOrigin) -> None:
    for _ in range(2):
        fetched = fetch(
            downloader.media["m-1"], downloader.root / "part", downloader.client, FakeControl(), FetchLimits()
        )
    assert fetched.size == fetched.path.stat().st_size > 0
    assert len(faulty.seen) == 1
