"""What is done with filed books, in a folder and in a bucket alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from ohdio_core.collection.books import load_book
from ohdio_core.collection.renames import Renames, order_renames, plan_renames
from ohdio_core.collection.replaced_forms import restore_form
from ohdio_core.collection.trash_drops import drop_files
from ohdio_core.collection.trash_tidying import tidy_trash
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.found_book import Verdict
from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.editions import Editions
from ohdio_core.library.bucket.library import BucketLibrary
from ohdio_core.library.bucket.objects import Objects
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.library.names import FORMER_NAMES
from ohdio_core.name_template import NameTemplate, parse_names
from tests.fixtures.object_store import ObjectStore
from tests.integration.downloader.downloads import Downloads, Killed
from tests.integration.downloader.test_converting import OF_MP3, convert, ordered
from tests.integration.downloader.test_own_books import Had
from tests.integration.downloader.test_replaced import again, with_parts
from tests.integration.downloader.test_verification import faults, verify
from tests.sites.audio import AudioFactory

HOME = PurePosixPath("Odile Marchand/Le talus")


Make = Callable[[NameTemplate], FolderLibrary | BucketLibrary]


class Kept:
    """A book of three parts, which is in a library of either kind, and what a test sees of its files.

    Args:
        make: Makes the library, by the names of books in it.
        address: Of the bucket that it is in, if it is in one.
    """

    def __init__(self, downloads: Downloads, make: Make, address: BucketAddress | None) -> None:
        self.downloads = downloads
        self.engine = downloads.engine
        self._make = make
        self._address = address
        self.begin_anew(FORMER_NAMES)

    def begin_anew(self, names: NameTemplate) -> None:
        """Begin as a process that has just started does."""
        self.downloads.library = lambda: self._make(names)
        self.downloads.service = self.downloads.started()
        self.library = self.downloads.service.library

    def heard(self) -> dict[str, bytes]:
        """Return the files with sound of the book, as the library reads them."""
        book = self.engine.order(load_book, self.downloads.book)
        found = self.read(self.library.audio_files(PurePosixPath(book.library_path or ""), book.owner_id))
        assert list(found) == [name for name, *_ in self.downloads.checksums()], "what is known of them is of these"
        return found

    def read(self, names: Sequence[PurePosixPath]) -> dict[str, bytes]:
        """Return the bytes of files."""
        found = {}
        for name in names:
            file = self.library.file(name)
            assert file is not None, name
            found[name.name] = b"".join(self.library.read(name, 0, file.size))
        return found

    def harm(self, name: str, data: bytes | None) -> None:
        """Change the bytes of a file past the library, as a disk or a store does; without any, it is gone."""
        if self._address is None:
            (path,) = self.downloads.library_dir.rglob(name)
            path.unlink() if data is None else path.write_bytes(data)
            return
        objects = Objects(self._address)
        (key,) = [stored.key for stored in objects.below("") if stored.key.endswith(f"/{name}")]
        objects.delete([key]) if data is None else objects.write(key, data)


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, downloads: Downloads) -> Kept:
    address = None
    if request.param == "bucket":
        store: ObjectStore = request.getfixturevalue("object_store")
        address = store.address(prefix="shelf/")

    def make(names: NameTemplate) -> FolderLibrary | BucketLibrary:
        return FolderLibrary(downloads.library_dir, names) if address is None else BucketLibrary(address, names)

    downloads.engine.execute("UPDATE audiobooks SET authors = '{Odile Marchand}'")
    with_parts(downloads, 3)
    found = Kept(downloads, make, address)
    downloads.download()
    return found


@pytest.mark.parametrize("form", [BookForm.MP3, pytest.param(BookForm.M4B_48K, marks=pytest.mark.full)])
def test_a_book_becomes_one_file_and_what_it_had_comes_back_and_goes_for_good(kept: Kept, form: BookForm) -> None:
    before, library = kept.heard(), kept.library
    assert list(before) == OF_MP3
    ordered(kept.downloads, form)
    convert(kept.downloads)
    (one,) = kept.heard()
    assert one == f"Le talus.{'mp3' if form is BookForm.MP3 else 'm4b'}"
    assert library.trash.find_replaced(kept.engine.order(load_book, kept.downloads.book).owner_id, OF_MP3)

    assert kept.engine.order(restore_form, library, kept.engine.value("SELECT id FROM replaced_forms")) == "Le talus"
    assert kept.heard() == before
    assert len(library.trash.folders()) == 1
    kept.engine.execute("UPDATE replaced_forms SET trashed_at = now() - interval '8 days'")
    tidy_trash(kept.engine.database, library)
    drop_files(kept.engine.database, library)
    assert library.trash.folders() == []
    assert kept.heard() == before


@pytest.mark.parametrize("moment", ["hold", "complete"])
def test_a_conversion_whose_process_dies_leaves_one_of_both_whole_and_is_gone_on_with(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    before = kept.heard()
    ordered(kept.downloads, BookForm.MP3)

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(f"ohdio_core.collection.conversions.TakenConversion.{moment}", die)
        with pytest.raises(Killed):
            convert(kept.downloads)
    if moment == "hold":
        assert kept.heard() == before
    convert(kept.downloads)
    assert list(kept.heard()) == ["Le talus.mp3"]
    assert kept.engine.value("SELECT count(*) FROM replaced_forms") == 1


def test_former_files_are_back_and_the_one_file_in_their_stead_whatever_died_while_they_were_put_back(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Killed

    def put_back() -> None:
        kept.engine.order(restore_form, kept.library, kept.engine.value("SELECT max(id) FROM replaced_forms"))

    before = kept.heard()
    ordered(kept.downloads, BookForm.MP3)
    convert(kept.downloads)
    one = kept.heard()
    with monkeypatch.context() as patched:
        patched.setattr(Editions, "remove", die)  # they are there, and in the trash still
        patched.setattr("ohdio_core.library.filing.put_back", die)  # they are there, and the one file is on its way
        with pytest.raises(Killed):
            put_back()
    put_back()
    assert kept.heard() == before
    (trashed,) = kept.library.trash.folders()
    assert kept.engine.rows("SELECT key FROM replaced_forms") == [(trashed.key,)]
    put_back()
    assert kept.heard() == one


def test_a_conversion_stays_its_holders_however_long_its_file_is_on_its_way(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ohdio_downloader.converter._RENEWS_EVERY", 0.0)
    place, looked = type(kept.library).place, list[bool]()

    def take_long(*given: Any, look: Callable[[], None], **named: Any) -> PurePosixPath:
        kept.engine.execute("UPDATE conversions SET lease_until = now()")
        look()
        looked.append(kept.engine.value("SELECT lease_until > now() + interval '45 seconds' FROM conversions"))
        return place(*given, look=look, **named)

    monkeypatch.setattr(type(kept.library), "place", take_long)
    ordered(kept.downloads, BookForm.MP3)
    convert(kept.downloads)
    assert (looked, list(kept.heard())) == ([True], ["Le talus.mp3"])


def test_what_rots_or_is_lost_is_found_and_fetched_again(kept: Kept) -> None:
    verify(kept.downloads)
    assert faults(kept.downloads) == []
    before = kept.heard()
    rotten = bytearray(before[OF_MP3[1]])
    rotten[-4001] ^= 1
    kept.harm(OF_MP3[1], bytes(rotten))
    kept.harm(OF_MP3[2], None)
    verify(kept.downloads)
    assert faults(kept.downloads) == [(OF_MP3[1], "damaged"), (OF_MP3[2], "lost")]
    kept.engine.execute("UPDATE queue_items SET is_refetch = true")
    again(kept.downloads)
    verify(kept.downloads)
    assert faults(kept.downloads) == []
    mended = kept.heard()
    assert (list(mended), mended[OF_MP3[1]]) == (OF_MP3, before[OF_MP3[1]])


def test_a_book_moves_to_the_names_of_today_and_stays_what_it_was(kept: Kept) -> None:
    before = kept.heard()
    kept.engine.execute("UPDATE audiobooks SET series = 'Les rives', series_position = 'tome 2'")
    kept.begin_anew(parse_names("{author}/{series}/{sequence - }{title}"))
    library, database = kept.library, kept.engine.database
    (move,) = plan_renames(database, library, with_moved=False).moves
    place = PurePosixPath("Odile Marchand/Les rives/2 - Le talus")
    assert move[1:] == (HOME, place)
    kept.engine.order(order_renames, [kept.downloads.book])
    assert not Renames(library).carry_out(database)
    assert kept.engine.value("SELECT library_path FROM audiobooks") == str(place)
    assert kept.heard() == before
    verify(kept.downloads)
    assert faults(kept.downloads) == []
    assert plan_renames(database, library, with_moved=False).as_they_are == 1


def test_a_book_that_somebody_had_is_taken_into_it(kept: Kept, audio: AudioFactory, tmp_path: Path) -> None:
    had = Had(kept.downloads, audio, tmp_path / "had")
    for number in (1, 2):
        had.put(f"The Lamp/{number:02} - Part.mp3", album="The Lamp", artist="Ann Field", title=f"Part {number}")
    assert had.read() == {"The Lamp": ("new", "The Lamp")}
    assert had.take(Verdict.NEW) == 1
    (row,) = kept.engine.rows("SELECT id, library_path FROM audiobooks WHERE source = 'own'")
    book = kept.engine.order(load_book, row.id)
    there = kept.read(kept.library.audio_files(PurePosixPath(row.library_path), book.owner_id))
    assert list(there) == ["01 - Part.mp3", "02 - Part.mp3"]
    assert all(data == (had.root / "The Lamp" / name).read_bytes() for name, data in there.items())
