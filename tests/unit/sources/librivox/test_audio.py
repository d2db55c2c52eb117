from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.errors import NotFound
from ohdio_core.sources.archive.item import Item, parse_item
from ohdio_core.sources.librivox.api import parse_books
from ohdio_core.sources.librivox.audio import with_file, with_files
from tests.unit.sources.archive.answers import SHA1, chapters, file, item
from tests.unit.sources.librivox.answers import ITEM, books, record, section


def listed(*sections: dict[str, Any]) -> BookDetails:
    [book] = parse_books(books(record(sections=list(sections)))).books
    return book.details


def archived(files: list[dict[str, Any]] | None = None) -> Item:
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


class TestOneSection:
    def test_its_name_tells(self) -> None:
        part = with_file(listed(section(2)).parts[0], archived())
        assert str(part.url).endswith("/gardien_02_vachon.mp3")

    def test_its_place_and_duration_tell(self) -> None:
        part = with_file(listed(silent(1), silent(2)).parts[1], archived())
        assert str(part.url).endswith("/gardien_02_vachon.mp3")

    def test_another_duration_at_its_place_is_another_section(self) -> None:
        with pytest.raises(NotFound, match="no file for section 1"):
            with_file(listed(silent(1, "600")).parts[0], archived(chapters()))
