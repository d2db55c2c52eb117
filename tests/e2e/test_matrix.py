"""Every fault of an origin, with every kind of book, through every interruption: the exact sound, or a sentence.

All books of a kind of interruption are collected at once by one installation, which is interrupted several times
meanwhile; each ends as its row of the table says, and nobody ever sees a part in the library.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from itertools import product as combinations
from pathlib import Path
from typing import Any

import av
import mutagen
import pytest

from tests.e2e.in_bucket import settings_of
from tests.e2e.seen import SUFFIXES, BucketSeen, FolderSeen, Seen, books_in
from tests.fixtures.object_store import ObjectStore
from tests.fixtures.product import QUICK, Installer, Role, ServicesProduct, fresh_category, reserved
from tests.sites.audio import AudioFactory
from tests.sites.catalogue import Catalogue, MediaForm, SimBook, SimPart
from tests.sites.faults import Fault, FaultKind
from tests.unit.downloader.sound import packets

#: 6 s of sound: 36 to 48 kB a part, fetched in a second.
SECONDS, RATE = 6.0, 48_000.0
CUT = 12_000
_SLACK = 0.1


class Kind(StrEnum):
    """What a book is, and becomes."""

    SINGLE = "single"
    MULTI = "multi-part"
    HLS = "HLS"
    M4B = "m4b"  #: several parts that become one file


@dataclass(frozen=True)
class Shape:
    form: MediaForm
    parts: int
    suffix: str


SHAPES = {
    Kind.SINGLE: Shape(MediaForm.MP3, 1, ".mp3"),
    Kind.MULTI: Shape(MediaForm.MP3, 3, ".mp3"),
    Kind.HLS: Shape(MediaForm.HLS, 1, ".m4a"),
    Kind.M4B: Shape(MediaForm.MP4, 3, ".m4b"),
}

#: What goes wrong with the requests of one book, one after another, and what a person reads where it fails for that.
FAULTS: Mapping[str, tuple[Sequence[Fault], str | None]] = {
    "none": ((), None),
    "404": ((Fault.status_code(404),), "does not exist"),
    "403": ((Fault.status_code(403),), "HTTP 403"),
    "429": ((Fault.status_code(429, retry_after="1", times=1),), None),
    "503": ((Fault.status_code(503, times=1),), None),
    "cut": ((Fault.cut(CUT, times=1),), None),
    "no range": ((Fault.cut(CUT, times=1), Fault.of(FaultKind.NO_RANGE)), None),
    "wrong range": ((Fault.cut(CUT, times=1), Fault.of(FaultKind.WRONG_CONTENT_RANGE, times=1)), None),
    "new version": ((Fault.cut(CUT, times=1), Fault.of(FaultKind.NEW_VERSION)), None),
    "truncated": ((Fault.truncated(CUT, times=1),), None),
    "drip": ((Fault.drip(100.0, times=1),), None),
    "web page": ((Fault.of(FaultKind.HTML),), "a web page or a message instead of"),
    "empty": ((Fault.of(FaultKind.EMPTY, times=1),), None),
    "bomb": ((Fault.of(FaultKind.GZIP_BOMB),), "100-fold"),
    "redirect": ((Fault.redirect("http://10.0.0.1/book.mp3"),), "private"),
    "silence": ((Fault.of(FaultKind.SILENCE, times=1),), None),
    "refused": ((Fault.media_error(1),), "in your country"),
}
#: Where a playlist is what goes wrong, other things are said.
OF_PLAYLISTS = {"403": "403 Forbidden", "web page": "something other than an HLS playlist", "bomb": "more than 8 MiB"}
#: Quick ones, of which each shows something else.
SOME = [(Kind.SINGLE, "no range"), (Kind.MULTI, "cut"), (Kind.HLS, "503"), (Kind.M4B, "new version"), (Kind.M4B, "404")]
SOME_IN_A_BUCKET = [(Kind.SINGLE, "404"), (Kind.MULTI, "cut"), (Kind.M4B, "none")]
ALL = list(combinations(Kind, FAULTS))


def pause(product: ServicesProduct) -> None:
    product.api.pause_all()
    product.wait_until(lambda: not product.origin.in_flight(), 10, "nothing is transferred")
    product.api.resume_all()


def end_politely(product: ServicesProduct) -> None:
    for number in product.processes.running(Role.DOWNLOADER):
        assert product.terminate(Role.DOWNLOADER, number) == 0
        product.spawn(Role.DOWNLOADER)


def kill(product: ServicesProduct) -> None:
    for number in product.processes.running(Role.DOWNLOADER):
        product.kill(Role.DOWNLOADER, number)
        product.spawn(Role.DOWNLOADER)


INTERRUPTIONS: Mapping[str, Callable[[ServicesProduct], None]] = {
    "pause": pause,
    "SIGTERM": end_politely,
    "kill -9": kill,
}


@dataclass(frozen=True)
class Place:
    """An installation, and what anybody can see of its library."""

    product: ServicesProduct
    seen: Seen


SETTINGS = {**QUICK, "OHDIO_STALL_SECONDS": "1", "MAX_CONCURRENT_DOWNLOADS": "8"}


@pytest.fixture(scope="module")
def folder(module_installer: Installer) -> Place:
    product = module_installer.services(SETTINGS, downloaders=1)
    return Place(product, FolderSeen(product.library))


@pytest.fixture(scope="module")
def bucket(module_installer: Installer, object_store: ObjectStore, tmp_path_factory: pytest.TempPathFactory) -> Place:
    address, work_dir = object_store.address(prefix="shelf/"), tmp_path_factory.mktemp("work")
    product = module_installer.services({**SETTINGS, **settings_of(address, work_dir)}, downloaders=1)
    return Place(product, BucketSeen(address, work_dir, tmp_path_factory.mktemp("seen")))


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("recordings"))


class Rows:
    """Books, each of a kind and with a fault, and what becomes of them."""

    def __init__(
        self,
        place: Place,
        audio: AudioFactory,
        rows: Sequence[tuple[Kind, str]],
        readers: Sequence[Callable[[Path], float]],
    ) -> None:
        self.product = product = place.product
        self.library = place.seen
        self.audio = audio
        self.readers = readers
        catalogue = fresh_category(len(rows), seconds=SECONDS, rate=RATE)
        self.books = {row: _shaped(book, SHAPES[row[0]]) for row, book in zip(rows, catalogue.books, strict=True)}
        product.origin.offer(Catalogue(books=tuple(self.books.values()), rate=RATE))
        for (_, name), book in self.books.items():
            for fault in FAULTS[name][0]:
                product.origin.fail(book, fault)
        self.received = product.origin.stats().media_bytes

    def collect(self) -> None:
        """Add all links, those that become one file with that wish."""
        for kinds, form in (((Kind.SINGLE, Kind.MULTI, Kind.HLS), None), ((Kind.M4B,), "m4b")):
            urls = [self.product.origin.book_url(book) for (kind, _), book in self.books.items() if kind in kinds]
            if urls:
                assert all(each["state"] == "accepted" for each in self.product.api.submit(*urls, form=form))

    def have_progressed(self) -> bool:
        """Return whether bytes have come in since it last did; what can be seen is looked at each time."""
        self.library.look()
        received = self.product.origin.stats().media_bytes
        if received < self.received + CUT:
            return False
        self.received = received
        return True

    def is_settled(self) -> bool:
        """Return whether nothing happens any more; what can be seen is looked at each time."""
        self.library.look()
        stats = self.product.api.stats()
        return stats["total"] == len(self.books) and not stats["queued"] and not stats["processing"]

    def wrong(self) -> Iterator[str]:
        """Yield what is not as its row says."""
        folders = self.library.books()
        items = {_id_of(item): item for item in self.product.api.items()}
        for (kind, name), book in self.books.items():
            expected, item = FAULTS[name][1], items[book.id]
            expected = OF_PLAYLISTS.get(name, expected) if kind is Kind.HLS else expected
            status = "completed" if expected is None else "failed"
            if item["status"] != status or (expected is not None and expected not in (item["error"] or "")):
                yield f"{kind}, {name}: {item['status']}, {item['error']}"
            elif (expected is None) != (book.id in folders):
                yield f"{kind}, {name}: {folders.get(book.id)}"
            elif expected is None and (said := self._heard_wrong(folders[book.id], book, kind)):
                yield f"{kind}, {name}: {said}"

    def _heard_wrong(self, folder: Path, book: SimBook, kind: Kind) -> str | None:
        """Return what is wrong with the sound of a book; None where it is exactly what its site has."""
        files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
        if [path.suffix for path in files] != [SHAPES[kind].suffix] * (1 if kind is Kind.M4B else len(book.parts)):
            return f"{[path.name for path in files]}"
        versions = [[self._packets(book, part, version) for part in book.parts] for version in (1, 2)]
        found = [packets(path) for path in files]
        if kind is Kind.M4B:
            choices = [list(chain(*each)) for each in combinations(*zip(*versions, strict=True))]
            is_exact = found[0] in choices
        else:
            is_exact = all(each in of_part for each, of_part in zip(found, zip(*versions, strict=True), strict=True))
        if not is_exact:
            return "its packets are not those of its site"
        lengths = [tuple(read(path) for read in self.readers) for path in files]
        told = [tuple(round(each, 1) for each in length) for length in lengths]
        expected = book.seconds if kind is Kind.M4B else None
        for path, length, part in zip(files, lengths, book.parts, strict=False):
            if any(abs(each - (expected or part.seconds)) > _SLACK for each in length):
                return f"{path.name} lasts {told}"
        return None

    def _packets(self, book: SimBook, part: SimPart, version: int) -> list[bytes]:
        """Return what the site has of a part."""
        seed = f"{part.media_id} version {version}"
        if book.form is MediaForm.MP3:
            data, size = self.audio.mp3(seed, part.seconds), 288
            return [data[start : start + size] for start in range(0, len(data), size)]
        return list(self.audio.aac(seed, part.seconds))


def _shaped(book: SimBook, shape: Shape) -> SimBook:
    parts = tuple(
        SimPart(f"{book.id}{index:03d}", f"Partie {index + 1}" if shape.parts > 1 else None, SECONDS + index)
        for index in range(shape.parts)
    )
    return replace(book, form=shape.form, parts=parts)


def _id_of(item: dict[str, Any]) -> int:
    return int(next(word for word in item["audiobook"]["url"].split("/") if word.isdecimal()))


def by_mutagen(path: Path) -> float:
    return float(mutagen.File(path).info.length)


def by_pyav(path: Path) -> float:
    with av.open(str(path)) as container:
        return float(sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0)))


def by_ffprobe(path: Path) -> float:
    said = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(said.stdout)


#: What says how many seconds a file lasts, as players are made of.
READERS = (by_mutagen, by_pyav)
ALL_READERS = (*READERS, by_ffprobe)


def assert_matrix(rows: Rows, interrupt: Callable[[ServicesProduct], None]) -> None:
    product, times = rows.product, 3 if len(rows.books) > len(SOME) else 1
    rows.collect()
    for _ in range(times):
        product.wait_until(product.origin.in_flight, 30, "something is transferred")
        product.wait_until(rows.have_progressed, 20, "bytes come in", every=0.2)
        interrupt(product)
    product.wait_until(rows.is_settled, 20 + 3 * len(rows.books), "all have ended", every=0.5)
    assert list(rows.wrong()) == []
    whole = {str(item["audiobook"]["id"]) for item in product.api.items("completed")}
    assert whole & rows.library.unfinished() == set()


def test_some_of_it_through_a_kill(folder: Place, audio: AudioFactory) -> None:
    with reserved(folder.product):
        assert_matrix(Rows(folder, audio, SOME, READERS), kill)


def test_some_of_it_in_a_bucket_through_a_kill(bucket: Place, audio: AudioFactory) -> None:
    with reserved(bucket.product):
        assert_matrix(Rows(bucket, audio, SOME_IN_A_BUCKET, READERS), kill)


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("library", ["folder", "bucket"])
@pytest.mark.parametrize("interruption", INTERRUPTIONS)
def test_all_of_it(request: pytest.FixtureRequest, audio: AudioFactory, interruption: str, library: str) -> None:
    place: Place = request.getfixturevalue(library)
    with reserved(place.product):
        assert_matrix(Rows(place, audio, ALL, ALL_READERS), INTERRUPTIONS[interruption])


@pytest.mark.full
def test_an_encoding_through_a_kill(folder: Place) -> None:
    installation = folder.product
    with reserved(installation):
        catalogue = fresh_category(1, parts=3, seconds=400)
        (book,) = catalogue.books
        installation.origin.offer(catalogue)
        installation.api.submit(installation.origin.book_url(book), form="m4b-32k")
        installation.wait_until_settled(1, within=60)
        filed = books_in(installation.library)[book.id]
        assert [path.suffix for path in sorted(filed.glob("0*"))] == [".mp3"] * 3
        installation.wait_until(
            lambda: any(each["seconds_done"] > 420 for each in installation.api.conversions()), 60, "it is encoded"
        )
        kill(installation)
        assert installation.api.item_of(book)["status"] == "completed"
        installation.wait_until(lambda: not installation.api.conversions(), 120, "it is one file", every=0.2)
        (file,) = (path for path in filed.iterdir() if path.suffix in SUFFIXES)
        assert file.suffix == ".m4b"
        assert [read(file) for read in ALL_READERS] == pytest.approx([book.seconds] * 3, rel=0.001)
        assert list(installation.library.glob(".ohdio-work/*")) == []
