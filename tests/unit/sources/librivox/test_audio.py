from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.errors import NotFound
from ohdio_core.sources.archive.item import ArchiveItem, parse_item
from ohdio_core.sources.librivox.api import CatalogueBook, parse_books
from ohdio_core.sources.librivox.audio import from_files, names_files, with_file, with_files
from tests.fixtures.effort import seconds_of_work
from tests.unit.sources.archive.answers import SHA1, file, item
from tests.unit.sources.librivox.answers import ITEM, books, record, section


def book(*sections: dict[str, Any], **fields: Any) -> CatalogueBook:
    [found] = parse_books(books(record(sections=list(sections), **fields))).books
    return found


def listed(*sections: dict[str, Any]) -> BookDetails:
    return book(*sections).details


def archived(files: list[dict[str, Any]] | None = None) -> ArchiveItem:
    return parse_item(item(files), ITEM)


def silent(number: int, seconds: str = "60") -> dict[str, Any]:
    """A section of which the catalogue has no address."""
    return section(number, listen_url=None, playtime=seconds)


def names(details: BookDetails) -> list[str]:
    return [str(part.url).rpartition("/")[2] for part in details.parts]


def test_a_section_is_found_by_the_name_of_its_file_in_its_best_form() -> None:
    details = with_files(listed(section(3), section(1), section(2)), archived())
    assert names(details) == ["gardien_01_vachon.mp3", "gardien_02_vachon.mp3", "gardien_03_vachon.mp3"]
    first = details.parts[0]
    assert (first.size, first.checksum, first.duration) == (1000, ("sha1", SHA1), timedelta(seconds=60.5))
    assert (first.title, first.narrators) == ("Chapitre 1", ("Ginette Aubut",))


def test_where_there_are_as_many_files_the_place_tells() -> None:
    assert names(with_files(listed(silent(1), silent(2), silent(3)), archived())) == [
        "gardien_01_vachon.mp3",
        "gardien_02_vachon.mp3",
        "gardien_03_vachon.mp3",
    ]


def test_a_dead_host_gives_way_to_archive_org() -> None:
    dead = section(1, listen_url="http://gone.example/other_name.mp3")
    assert names(with_files(listed(dead, silent(2), silent(3)), archived()))[0] == "gardien_01_vachon.mp3"


def test_where_the_places_do_not_fit_the_duration_tells() -> None:
    files = [file("intro.mp3", length="5"), file("a.mp3", length="300.2"), file("b.mp3", length="200")]
    assert names(with_files(listed(silent(1, "200"), silent(2, "300")), archived(files))) == ["b.mp3", "a.mp3"]


def test_a_section_without_any_file_is_not_left_out_in_silence() -> None:
    with pytest.raises(NotFound, match="section 2 of “Le gardien de la brume”"):
        with_files(listed(silent(1), silent(2, "90")), archived([file("a.mp3", length="60")]))


def test_a_file_is_never_taken_for_two_sections() -> None:
    with pytest.raises(NotFound, match="section 1"):
        with_files(listed(silent(1), silent(2)), archived([file("a.mp3", length="60")]))


def test_an_address_of_the_catalogue_is_kept_where_the_item_has_no_such_file() -> None:
    details = with_files(listed(section(1), section(2)), archived([file("other.mp3", length="999")]))
    assert names(details) == ["gardien_01_vachon_64kb.mp3", "gardien_02_vachon_64kb.mp3"]


def test_a_book_in_one_file_has_its_sections_as_chapters() -> None:
    whole = file("Gardien.m4b", "LibriVox Apple Audiobook")
    [part] = with_files(listed(silent(1), silent(2, "30"), silent(3)), archived([whole])).parts
    assert [(each.start, each.title) for each in part.chapters] == [
        (timedelta(0), "Chapitre 1"),
        (timedelta(seconds=60), "Chapitre 2"),
        (timedelta(seconds=90), "Chapitre 3"),
    ]
    assert (part.narrators, part.checksum) == (("Ginette Aubut",), ("sha1", SHA1))


def test_the_items_own_picture_is_the_cover_where_the_catalogue_has_none() -> None:
    bare = replace(listed(section(1)), cover_url=None)
    assert str(with_files(bare, archived()).cover_url).endswith("/Gardien_1103.jpg")


class TestTogether:
    """Sections are matched as a whole: no file serves two."""

    def test_a_section_whose_recording_lasts_otherwise_has_none_and_no_neighbours_either(self) -> None:
        sections = [silent(number, str(100 * number)) for number in range(1, 21)]
        sections[4]["playtime"] = "591"  # nearly as long as the sixth
        files = [file(f"q_{number:02d}.mp3", length=str(100 * number)) for number in range(1, 21)]
        files[4]["length"], files[5]["length"] = "582", "592"
        with pytest.raises(NotFound, match="a file for section 6"):
            with_files(listed(*sections), archived(files))

    def test_files_without_lengths_have_their_places(self) -> None:
        files = [file(f"q_{number}.mp3") for number in range(1, 4)]
        assert names(with_files(listed(silent(1), silent(2), silent(3)), archived(files))) == [
            "q_1.mp3",
            "q_2.mp3",
            "q_3.mp3",
        ]

    def test_sections_that_name_their_files_leave_the_other_files_to_the_others(self) -> None:
        named = section(3, listen_url="https://archive.org/download/x/a_64kb.mp3")
        files = [file("a.mp3", length="60"), file("b.mp3", length="80"), file("c.mp3", length="90")]
        details = listed(silent(1, "80"), silent(2, "90"), named)
        assert names(with_files(details, archived(files))) == ["b.mp3", "c.mp3", "a.mp3"]

    def test_one_address_of_two_sections_is_believed_of_neither(self) -> None:
        same = "https://archive.org/download/x/gardien_01_vachon_64kb.mp3"
        details = listed(section(1, listen_url=same), section(2, listen_url=same), section(3))
        assert names(with_files(details, archived())) == [
            "gardien_01_vachon.mp3",
            "gardien_02_vachon.mp3",
            "gardien_03_vachon.mp3",
        ]

    @pytest.mark.fuzz
    def test_thousands_of_sections_take_no_time(self) -> None:
        sections = [silent(number, str(number)) for number in range(1, 9001)]
        item_ = archived([file(f"{number}.mp3", length=str(10 * number)) for number in range(1, 9002)])
        details = listed(*sections)

        def match() -> None:
            with pytest.raises(NotFound):
                with_files(details, item_)

        assert seconds_of_work(match, enough=3) < 3


class TestOneSection:
    def files(self, *lengths: str) -> list[dict[str, Any]]:
        return [file(f"gardien_{number:02d}_vachon.mp3", length=length) for number, length in enumerate(lengths, 1)]

    def test_its_name_and_its_duration_tell(self) -> None:
        part = with_file(listed(section(2)).parts[0], archived(self.files("95", "60.4", "80")))
        assert str(part.url).endswith("/gardien_02_vachon.mp3")

    @pytest.mark.parametrize(
        "lengths",
        [("60", "95", "80"), ("60", "60", "80"), ("60", "95.5", "95")],
        ids=["another lasts so", "several last so", "none lasts so"],
    )
    def test_a_name_that_others_contradict_does_not(self, lengths: tuple[str, ...]) -> None:
        with pytest.raises(NotFound, match="no file that is surely section 1"):
            with_file(listed(section(2)).parts[0], archived(self.files(*lengths)))

    def test_a_section_without_a_name_is_not_found_alone(self) -> None:
        with pytest.raises(NotFound, match="no file that is surely section 2"):
            with_file(listed(silent(1), silent(2)).parts[1], archived())


class TestNamedFiles:
    def test_a_book_whose_sections_name_files_of_its_item_needs_no_look_at_it(self) -> None:
        assert names_files(book(section(1), section(2)))

    @pytest.mark.parametrize(
        "odd",
        [
            silent(2),
            section(2, listen_url="http://gone.example/gardien_02_vachon_64kb.mp3"),
            section(2, listen_url="https://archive.org/download/another_item/gardien_02_vachon_64kb.mp3"),
            section(1),
        ],
        ids=["none", "another host", "another item", "the same twice"],
    )
    def test_a_single_section_that_does_not_asks_for_it(self, odd: dict[str, Any]) -> None:
        assert not names_files(book(section(1), odd))

    def test_without_an_item_any_address_is_all_there_is(self) -> None:
        elsewhere = section(1, listen_url="http://readers.example/1.mp3")
        assert names_files(book(elsewhere, url_iarchive=""))
        assert not names_files(book(silent(1), url_iarchive=""))


class TestIncomplete:
    """The catalogue says that there are more sections than it lists."""

    def test_what_is_not_listed_is_taken_from_the_item(self) -> None:
        details = from_files(book(section(1), section(3), num_sections="3"), archived())
        assert names(details) == ["gardien_01_vachon.mp3", "gardien_02_vachon.mp3", "gardien_03_vachon.mp3"]
        assert [part.index for part in details.parts] == [0, 1, 2]
        assert [part.title for part in details.parts] == ["Chapitre 1", "02 - Chapitre 2", "Chapitre 3"]
        assert [part.narrators for part in details.parts] == [("Ginette Aubut",), (), ("Ginette Aubut",)]
        assert [part.external_id for part in details.parts] == [
            f"{ITEM}/9001",
            f"{ITEM}/gardien_02_vachon.mp3",
            f"{ITEM}/9003",
        ]

    def test_an_item_that_has_not_all_of_it_either_is_an_error(self) -> None:
        with pytest.raises(NotFound, match=r"has 3 recordings, and “Le gardien de la brume” has 5 sections"):
            from_files(book(section(1), section(2), num_sections="5"), archived())

    def test_the_whole_book_in_one_file_is_whole(self) -> None:
        whole = file("Gardien.m4b", "LibriVox Apple Audiobook")
        [part] = from_files(book(section(1), num_sections="5"), archived([whole])).parts
        assert (str(part.url).rpartition("/")[2], part.chapters) == ("Gardien.m4b", ())
