"""What ends in the library: the sound as it was sent, with everything that a player shows."""

# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import psycopg
import pytest
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from ohdio_core.sources.rss.links import book_url
from tests.e2e.shelf import Shelf, heard_seconds
from tests.fixtures.product import Installer, Product, Role, fresh_category
from tests.sites import feeds, pictures
from tests.sites.audio import AudioFactory
from tests.sites.catalogue import MediaForm, SimBook, SimFeed
from tests.sites.faults import Fault, RequestKind


def fetch(
    product: Product,
    *,
    parts: int = 1,
    seconds: float = 2.0,
    form: MediaForm = MediaForm.MP3,
    title: str | None = None,
) -> SimBook:
    """Add one invented book, and wait until it is complete."""
    catalogue = fresh_category(1, parts=parts, seconds=seconds, form=form)
    (book,) = catalogue.books
    book = replace(book, title=title or book.title)
    product.origin.offer(replace(catalogue, books=(book,)))
    product.api.add(product.origin.book_url(book))
    product.wait_until_settled(1, within=30)
    item = product.api.item_of(book)
    assert item["status"] == "completed", item
    return book


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("recordings"))


def packets(path: Path) -> list[bytes]:
    """Return the encoded frames of a file."""
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


class TestOneFile:
    def test_a_book_of_one_file_carries_its_tags_and_its_cover(self, product: Product) -> None:
        book = fetch(product, seconds=4.0)

        (path,) = Shelf(product.library).files(book)
        tags = ID3(path)
        assert tags["TALB"].text == [book.title]
        assert tags["TIT2"].text == [book.title]
        assert tags["TPE1"].text == ["; ".join(book.authors)]
        assert tags["TCOM"].text == ["; ".join(book.narrators)]
        assert tags["TRCK"].text == ["1/1"]
        (picture,) = tags.getall("APIC")
        assert picture.data == pictures.jpeg(book.id)
        assert (path.parent / "cover.jpg").read_bytes() == pictures.jpeg(book.id)
        Shelf(product.library).assert_sound([book])

    def test_its_folder_is_named_after_author_and_title(self, product: Product) -> None:
        book = fetch(product, title="Le quai des brumes douces")

        folder = Shelf(product.library).folder(book)
        assert folder.relative_to(product.library).parts == (*book.authors, "Le quai des brumes douces")
        assert {path.suffix for path in folder.iterdir() if not path.name.startswith(".")} == {".mp3", ".jpg", ".opf"}

    def test_the_folder_of_a_book_of_a_series_lies_in_that_of_the_series(self, product: Product) -> None:
        book = fetch(product, title="Le quai des lanternes (tome 3)")

        folder = Shelf(product.library).folder(book)
        assert folder.relative_to(product.library).parts == (
            *book.authors,
            "Le quai des lanternes",
            "3 - Le quai des lanternes (tome 3)",
        )


class TestManyParts:
    def test_every_part_is_a_numbered_file_of_one_folder(self, product: Product) -> None:
        book = fetch(product, parts=5, seconds=2.0)

        files = Shelf(product.library).files(book)
        assert [path.name[:5] for path in files] == ["01 - ", "02 - ", "03 - ", "04 - ", "05 - "]
        for number, (path, part) in enumerate(zip(files, book.parts, strict=True), 1):
            tags = ID3(path)
            assert tags["TRCK"].text == [f"{number}/5"]
            assert tags["TIT2"].text == [part.title]
            assert tags["TALB"].text == [book.title]
            assert len(tags.getall("APIC")) == 1
        Shelf(product.library).assert_sound([book])
        item = product.api.item_of(book)
        assert (item["parts_done"], item["parts_total"]) == (5, 5)

    def test_two_books_of_one_name_lie_side_by_side(self, product: Product) -> None:
        catalogue = fresh_category(2)
        first, second = catalogue.books
        twin = replace(second, title=first.title, authors=first.authors)
        product.origin.offer(replace(catalogue, books=(first, twin)))

        product.collect(catalogue)
        product.wait_until_settled(2, within=30)

        Shelf(product.library).assert_sound([first, twin])


class TestStreams:
    @pytest.mark.parametrize("form", [MediaForm.HLS, MediaForm.HLS_AES, MediaForm.HLS_BYTE_RANGE, MediaForm.HLS_FMP4])
    def test_the_sound_of_a_stream_is_not_encoded_again(
        self, product: Product, recordings: AudioFactory, tmp_path: Path, form: MediaForm
    ) -> None:
        book = fetch(product, form=form, seconds=9.0)

        (path,) = Shelf(product.library).files(book)
        assert path.suffix == ".m4a"
        # The factory's sound depends on the seed alone, so this is what the origin sent.
        sent = tmp_path / "sent.mp4"
        sent.write_bytes(recordings.mp4(f"{book.parts[0].media_id} version 1", book.seconds))
        assert packets(path) == packets(sent)
        tags = MP4(path)
        assert tags["\xa9alb"] == [book.title]
        assert tags["\xa9ART"] == ["; ".join(book.authors)]
        assert tags["\xa9wrt"] == ["; ".join(book.narrators)]
        assert tags["trkn"] == [(1, 1)]
        assert bytes(tags["covr"][0]) == pictures.jpeg(book.id)
        Shelf(product.library).assert_sound([book])


class TestAFeed:
    def test_every_item_of_a_feed_becomes_a_book(self, product: Product) -> None:
        catalogue = fresh_category(3, seconds=4.0)
        feed = SimFeed(f"feed-{catalogue.books[0].id}", "Récits en ondes", tuple(book.id for book in catalogue.books))
        product.origin.offer(replace(catalogue, feeds=(feed,)))

        added = product.api.add(product.origin.feed_url(feed))
        product.wait_until_settled(3, within=30)

        assert added["kind"] == "category"
        items = product.api.items()
        assert {item["status"] for item in items} == {"completed"}
        assert sorted(item["audiobook"]["title"] for item in items) == sorted(book.title for book in catalogue.books)
        files = list(product.library.glob("[!.]*/**/*.mp3"))
        assert len(files) == 3
        assert all(abs(heard_seconds(path) - 4) < 0.2 for path in files)
        assert product.origin.stats().media_bytes == product.origin.weight()

    def test_a_serial_feed_becomes_one_book_with_readers_chapters_and_transcripts(self, product: Product) -> None:
        catalogue = fresh_category(3, seconds=4.0)
        feed = SimFeed(
            f"feed-{catalogue.books[0].id}",
            "Récits du phare",
            tuple(book.id for book in catalogue.books),
            page_size=2,
            is_serial=True,
        )
        product.origin.offer(replace(catalogue, feeds=(feed,)))
        # What comes along with the second one cannot be had: worth a line in the log, no more.
        product.origin.fail(catalogue.books[1], Fault.status_code(404, on=RequestKind.FEED))

        added = product.api.add(book_url(product.origin.feed_url(feed)))
        product.wait_until_settled(1, within=30)

        assert added["kind"] == "audiobook"
        (item,) = product.api.items()
        assert (item["status"], item["audiobook"]["title"]) == ("completed", "Récits du phare")
        files = sorted(product.library.glob("*/Récits du phare/*.mp3"))
        assert [ID3(path)["TIT2"].text for path in files] == [[book.title] for book in catalogue.books]
        for path, book in zip(files, catalogue.books, strict=True):
            tags = ID3(path)
            assert tags["TXXX:NARRATOR"].text == ["; ".join(book.narrators)]
            readers = dict.fromkeys(name for each in catalogue.books for name in each.narrators)
            assert tags["TCOM"].text == ["; ".join(readers)]
            is_lost = book is catalogue.books[1]
            titles = [str(chapter.sub_frames["TIT2"]) for chapter in tags.getall("CHAP")]
            named = [f"{book.title} \u2013 Début", f"{book.title} \u2013 Milieu"]
            assert titles == ([book.title] if is_lost else named)
            assert path.with_suffix(".vtt").exists() is not is_lost
        assert files[0].with_suffix(".vtt").read_bytes() == feeds.transcript(catalogue.books[0])


class TestAFullDisk:
    def test_below_the_reserve_books_wait_with_the_reason_and_spend_no_attempt(self, installer: Installer) -> None:
        product = installer.services({"MIN_DISK_SPACE_MB": "900000000"}, downloaders=1)
        catalogue = fresh_category(2)
        product.origin.offer(catalogue)
        product.collect(catalogue)

        product.wait_until(
            lambda: (
                [item["wait_reason"] for item in product.api.items() if item["wait_reason"]]
                and all("Not enough free space" in (item["wait_reason"] or "") for item in product.api.items())
            ),
            20,
            "both wait for room",
        )

        items = product.api.items()
        assert {(item["status"], item["attempts"], item["error"]) for item in items} == {("queued", 0, None)}
        assert all(item["next_attempt_at"] for item in items)
        Shelf(product.library).assert_sound([])

        # Room is made, in the only way in which a test can make it.
        product.terminate(Role.DOWNLOADER)
        product.spawn(Role.DOWNLOADER, MIN_DISK_SPACE_MB="10")
        product.wait_until_settled(2, within=20)
        Shelf(product.library).assert_sound(list(catalogue.books))
        assert {(item["status"], item["attempts"]) for item in product.api.items()} == {("completed", 1)}

    @pytest.mark.full  # what is decided is shown by tests of the downloader; here, that a worker asks for it
    def test_books_that_would_not_fit_are_held_until_they_do_or_somebody_wants_one_anyway(
        self, installer: Installer
    ) -> None:
        product = installer.services({}, downloaders=1)
        catalogue = fresh_category(3)
        product.origin.offer(catalogue)
        product.api.pause_all()
        product.collect(catalogue)
        with psycopg.connect(product.database_url, autocommit=True) as database:
            product.wait_until(
                lambda: [item["stage"] for item in product.api.items()] == ["waiting"] * 3, 20, "all are described"
            )
            database.execute("UPDATE book_parts SET size = 9e15")
            product.wait_until(lambda: _held(product) == 3, 30, "all are held")
            assert all("no room" in item["wait_reason"] for item in product.api.items())

            wanted = product.api.items()[0]
            product.api.order(wanted, "resume")
            database.execute("UPDATE book_parts SET size = 1000")
            database.execute("UPDATE queue_items SET bytes_total = NULL")
            product.wait_until(lambda: _held(product) == 0, 30, "there is room")
        product.api.resume_all()
        product.wait_until_settled(3, within=30)
        Shelf(product.library).assert_sound(list(catalogue.books))


def _held(product: Product) -> int:
    return sum(item["status"] == "paused" for item in product.api.items())
