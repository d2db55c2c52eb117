"""LibriVox's parsers against recorded answers, where ``OHDIO_CAPTURES`` names their folder.

The recordings are other people's and not part of the project, so without the variable there is
nothing to test here; data of our own covers the same cases elsewhere.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from ohdio_core.errors import TransientError
from ohdio_core.sources.archive.item import parse_item
from ohdio_core.sources.librivox.api import CatalogueBook, parse_books
from ohdio_core.sources.librivox.audio import with_files

if "OHDIO_CAPTURES" in os.environ:
    CAPTURES = Path(os.environ["OHDIO_CAPTURES"])

    def captured(name: str) -> bytes:
        return (CAPTURES / "librivox" / name).read_bytes()

    def book(number: int) -> CatalogueBook:
        [found] = parse_books(captured(f"lv_ext_{number}.json")).books
        return found

    #: By number: slug; title, author, year, language, how many sections, and how many seconds they last.
    EXPECTED = {
        52: (
            "letters-of-two-brides-by-honore-de-balzac",
            ("Letters of Two Brides", "Honoré de Balzac", 1902, "en", 57, 32960),
        ),
        1000: (
            "selected-riley-child-rhymes-by-james-whitcomb-riley",
            ("Selected Riley Child-Rhymes", "James Whitcomb Riley", 1905, "en", 10, 1403),
        ),
        1007: ("contes-en-vers-by-charles-perrault", ("Contes en vers", "Charles Perrault", 1694, "fr", 5, 4125)),
        2212: (
            "arsene-lupin-gentleman-cambrioleur-by-maurice-leblanc",
            ("Arsène Lupin, gentleman-cambrioleur", "Maurice Leblanc", 1907, "fr", 9, 23962),
        ),
        5936: (
            "with-the-turks-in-palestine-by-alexander-aaronsohn",
            ("With the Turks in Palestine", "Alexander Aaronsohn", 1916, "en", 11, 6889),
        ),
    }

    @pytest.mark.parametrize("number", EXPECTED)
    def test_every_field_of_a_book_is_read(number: int) -> None:
        slug, (title, author, year, language, count, seconds) = EXPECTED[number]
        found = book(number)
        details = found.details
        assert (found.slug, details.title, details.authors) == (slug, title, (author,))
        assert (details.published_year, details.language, details.publisher) == (year, language, "LibriVox")
        assert (len(details.parts), details.duration) == (count, timedelta(seconds=seconds))
        assert found.is_whole
        assert details.description
        assert "<" not in details.description
        assert details.genre
        assert details.cover_url == f"https://archive.org/services/img/{found.item}"
        assert all(part.title and part.duration and part.narrators for part in details.parts)
        assert all(part.title == part.title.strip() for part in details.parts if part.title)
        assert sum((part.duration or timedelta() for part in details.parts), timedelta()) == details.duration

    @pytest.mark.parametrize(
        ("number", "genre"),
        [
            (52, "Epistolary Fiction"),
            (1000, "Children's Fiction; Poetry"),
            (1007, "Children's Fiction; Myths, Legends & Fairy Tales"),
            (2212, "Action & Adventure Fiction; General Fiction"),
            (5936, "Non-fiction; History"),
        ],
    )
    def test_genres_are_read(number: int, genre: str) -> None:
        assert book(number).details.genre == genre

    def test_every_chapter_has_its_reader() -> None:
        details = book(52).details
        assert details.narrators == (
            "Kara Shallenberg",
            "Michelle Crandall",
            "Peter Yearsley",
            "Denny Sayers",
            "Sean McKinley",
            "David Barnes",
        )
        assert [part.narrators for part in details.parts[3:6]] == [
            ("Kara Shallenberg",),
            ("Michelle Crandall",),
            ("Peter Yearsley",),
        ]

    @pytest.mark.parametrize("number", EXPECTED)
    def test_every_section_is_found_on_archive_org(number: int) -> None:
        found = book(number)
        item = (CAPTURES / "archive" / f"ia_details_{number}.json").read_bytes()
        details = with_files(found.details, parse_item(item, str(found.item)))
        assert len({part.url for part in details.parts}) == len(found.details.parts)
        for listed, filed in zip(found.details.parts, details.parts, strict=True):
            assert filed.url is not None
            assert filed.url.startswith(f"https://archive.org/download/{found.item}/")
            assert filed.size
            assert filed.checksum
            assert listed.duration is not None
            assert filed.duration is not None
            assert abs(listed.duration - filed.duration) < timedelta(seconds=2)
            assert (filed.title, filed.narrators) == (listed.title, listed.narrators)

    def test_an_index_has_no_sections() -> None:
        found = book(66)
        assert (found.slug, found.section_count, found.details.parts) == ("maerchen-by-grimm-index", 0, ())
        assert found.details.authors == ("Jacob & Wilhelm Grimm",)
        assert (found.details.published_year, found.details.duration) == (None, None)
        assert not found.is_whole

    def test_the_present_shape_is_read_with_its_cover_and_recording() -> None:
        [found] = parse_books(captured("lv_extended_coverart_5936_trimmed_modern.json")).books
        details = found.details
        assert details.cover_url == "https://archive.org/download/LibrivoxCdCoverArt27/withturkspalestine_1301.jpg"
        assert details.genre == "War & Military; Memoirs; Modern (20th C)"
        assert details.description == "A first line.\nA second & final line."
        [part] = details.parts
        assert part.url == (
            "https://archive.org/download/withturkspalestine_1301_librivox/withtheturksinpalestine_01_aaronsohn_64kb.mp3"
        )
        assert part.external_id == "withturkspalestine_1301_librivox/77736"

    def test_none_found_is_no_book() -> None:
        assert parse_books(captured("lv_error_notfound_3167.json")).books == ()

    def test_a_proxys_page_is_a_problem_of_the_site() -> None:
        with pytest.raises(TransientError, match="JSON"):
            parse_books(captured("lv_error_503_html_9999.html"))
