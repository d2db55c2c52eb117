"""archive.org's parsers against recorded answers, where ``OHDIO_CAPTURES`` names their folder.

The recordings are other people's and not part of the project, so without the variable there is
nothing to test here; data of our own covers the same cases elsewhere.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.errors import PermanentError
from ohdio_core.sources.archive.book import book_from
from ohdio_core.sources.archive.item import parse_item, parse_item_xml
from ohdio_core.sources.archive.listing import parse_search

if "OHDIO_CAPTURES" in os.environ:
    CAPTURES = Path(os.environ["OHDIO_CAPTURES"]) / "archive"

    def captured(name: str) -> bytes:
        return (CAPTURES / name).read_bytes()

    def book(number: int) -> BookDetails:
        return book_from(parse_item(captured(f"ia_details_{number}.json"), f"item{number}"))

    #: By number: title, author, readers, year, how many parts, and how many seconds they last.
    EXPECTED: dict[int, tuple[str, str, tuple[str, ...], int | None, int, float]] = {
        1000: ("Selected Riley Child-Rhymes", "James Whitcomb Riley", ("Val Grimm",), 2009, 10, 1407.49),
        1007: ("Contes en vers", "Charles Perrault", ("Ezwa",), None, 5, 4127.72),
        2212: ("Arsene Lupin, gentleman-cambrioleur", "Maurice Leblanc", ("Christian",), 2008, 9, 23966.06),
        52: ("Letters of Two Brides", "Honore de Balzac", (), 2007, 57, 32993.07),
        5936: ("With the Turks in Palestine", "Alexander Aaronsohn", (), 2013, 11, 6894.48),
        66: ("Märchen", "Gebrueder Grimm", (), 2006, 38, 17719.82),
    }

    @pytest.mark.parametrize("number", EXPECTED)
    def test_every_field_of_an_item_is_read(number: int) -> None:
        title, author, narrators, year, count, seconds = EXPECTED[number]
        details = book(number)
        assert (details.title, details.authors, details.narrators) == (title, (author,), narrators)
        assert (details.published_year, len(details.parts)) == (year, count)
        assert details.duration == timedelta(seconds=seconds)
        assert details.description
        assert details.genre
        assert details.cover_url is not None
        assert details.cover_url.endswith(".jpg")
        assert [part.index for part in details.parts] == list(range(count))
        assert all(part.title and part.duration and part.size and part.checksum for part in details.parts)
        assert all(part.external_id.endswith(".mp3") and "_64kb" not in part.external_id for part in details.parts)

    #: By number: the first part, its size and checksum, and the last part.
    PARTS = {
        1000: ("childrhymes_01_riley", 2498862, "5120eafe2e860a96ff03d10fef8949dd400fa225", "childrhymes_10_riley"),
        1007: (
            "contes_en_vers_1_a_perrault",
            17366376,
            "be497bfecc17291ac9f904a375eb7f0ee84e9718",
            "contes_en_vers_4_perrault",
        ),
        52: (
            "letters_of_two_brides_01_debalzac",
            28232014,
            "492fddc7a8abb3b34508a0668ccda243b1f60498",
            "letters_of_two_brides_57_debalzac",
        ),
    }

    @pytest.mark.parametrize("number", PARTS)
    def test_parts_are_in_order_and_can_be_verified(number: int) -> None:
        first, size, sha1, last = PARTS[number]
        parts = book(number).parts
        assert (parts[0].external_id, parts[0].size, parts[0].checksum) == (f"{first}.mp3", size, ("sha1", sha1))
        assert parts[0].url == f"https://archive.org/download/item{number}/{first}.mp3"
        assert parts[-1].external_id == f"{last}.mp3"

    def test_titles_are_those_of_the_originals() -> None:
        assert [part.title for part in book(1007).parts] == [
            "1 a - Griselidis",
            "1b - Griselidis",
            "2 - À monsieur en lui envoyant Griselidis",
            "3 - Peau d'Âne",
            "Les souhaits ridicules",
        ]

    def test_subjects_are_the_genre() -> None:
        assert book(1000).genre == "poetry; boys; orphant annie; The Raggedy Man"

    def test_a_collection_is_known_for_one_in_the_present_shape() -> None:
        with pytest.raises(PermanentError, match=r"“NASA Images” is a collection.*details/nasa\?tab=collection"):
            book_from(parse_item(captured("internetarchive_nasa.json"), "nasa"))

    def test_the_items_own_xml_tells_the_same_as_its_metadata() -> None:
        present = parse_item(captured("internetarchive_nasa.json"), "nasa")
        own = parse_item_xml(captured("internetarchive_nasa_meta.xml"), b"<files/>", "nasa")
        for name in ("identifier", "title", "mediatype", "collection", "publicdate", "addeddate", "uploader"):
            assert own.first(name) == present.first(name) != ""

    def test_a_files_fields_are_read_in_the_present_shape() -> None:
        files = parse_item(captured("internetarchive_nasa.json"), "nasa").files
        assert len(files) == 6
        assert (files[1].name, files[1].format, files[1].size) == ("globe_west_540.jpg", "JPEG", 66065)
        assert files[1].checksum == ("sha1", "3e20a009994405f535cdf07cdc2974cef2fce8f2")
        assert [file.is_original for file in files] == [True, True, False, False, False, False]
        assert files[5].checksum == ("md5", "c0db07dc3ca660c0eb4af0ce7fc80cd3")

    def test_a_search_lists_all_its_items() -> None:
        page = parse_search(captured("internetarchive_advanced_search_response.json"), 1)
        assert (len(page.books), page.total, page.next_cursor) == (50, 50, None)
        assert page.books[1].external_id == "A-11464"
        assert (page.books[1].title, page.books[1].authors) == ("A-11464", ("NASA Ames Research Center",))
        assert all(each.title and each.cover_url for each in page.books)
