from __future__ import annotations

import contextlib
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.errors import AnswersDifferently, OhdioError, TransientError
from ohdio_core.sources.librivox.api import CatalogueBook, is_in_language, parse_books, parse_last_name
from tests.fixtures.effort import seconds_of_work
from tests.unit.sources.librivox.answers import ITEM, SLUG, authors, books, none_found, record, section

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def book(**fields: Any) -> CatalogueBook:
    [found] = parse_books(books(record(**fields))).books
    return found


def details(**fields: Any) -> BookDetails:
    return book(**fields).details


class TestBook:
    def test_every_field_is_read(self) -> None:
        found = book()
        assert (found.slug, found.item, found.author_ids) == (SLUG, ITEM, frozenset({"86"}))
        told = found.details
        assert (told.title, told.authors) == ("Le gardien de la brume", ("Odile Vachon",))
        assert told.narrators == ("Ginette Aubut", "Paul Ménard")
        assert told.description == "Un phare & son gardien."
        assert (told.publisher, told.published_year) == ("LibriVox", 1911)
        assert (told.genre, told.language) == ("Non-fiction; Sea, Fog & Lights", "fr")
        assert told.cover_url == "https://archive.org/download/LibrivoxCdCoverArt27/gardien_1103.jpg"
        assert told.duration == timedelta(minutes=3)

    def test_every_section_has_its_reader(self) -> None:
        parts = details().parts
        assert [(part.index, part.title, part.narrators) for part in parts] == [
            (0, "Chapitre 1", ("Ginette Aubut",)),
            (1, "Chapitre 2", ("Paul Ménard",)),
            (2, "Chapitre 3", ("Ginette Aubut",)),
        ]
        assert parts[0].external_id == f"{ITEM}/9001"
        assert parts[0].duration == timedelta(minutes=1)
        assert parts[0].url == f"https://archive.org/download/{ITEM}/gardien_01_vachon_64kb.mp3"

    def test_books_may_be_an_object_with_stray_keys(self) -> None:
        answer = json.dumps({"books": {"56": record()}}).encode()
        assert parse_books(answer).books == parse_books(books(record())).books

    def test_sections_are_in_order_of_their_numbers_from_nought(self) -> None:
        parts = details(sections=[section(2), section(0), section(10), section(1)]).parts
        assert [part.title for part in parts] == ["Chapitre 0", "Chapitre 1", "Chapitre 2", "Chapitre 10"]

    def test_the_order_of_the_answer_is_kept_where_a_number_is_missing(self) -> None:
        parts = details(sections=[section(2), section(3, section_number=None), section(1)]).parts
        assert [part.title for part in parts] == ["Chapitre 2", "Chapitre 3", "Chapitre 1"]

    @pytest.mark.parametrize(
        "readers",
        [
            {"4": {"reader_id": "7", "display_name": "Ginette Aubut"}, "9": {"display_name": "Paul Ménard"}},
            [{"reader_id": "7", "display_name": "Ginette Aubut"}, {"display_name": "Paul Ménard (d. 2015)"}],
        ],
    )
    def test_readers_are_a_list_or_an_object_with_stray_keys(self, readers: Any) -> None:
        [part] = details(sections=[section(1) | {"readers": readers}]).parts
        assert part.narrators == ("Ginette Aubut", "Paul Ménard")

    def test_lengths_may_be_those_of_a_clock(self) -> None:
        found = details(totaltimesecs="1:02:03", sections=[section(1) | {"playtime": "01:02:03"}])
        assert [found.duration, *(part.duration for part in found.parts)] == [timedelta(seconds=3723)] * 2

    def test_a_series_is_read_from_the_title(self) -> None:
        found = details(title="Marées, tome 2")
        assert (found.title, found.series, found.series_position) == ("Marées, tome 2", "Marées", "2")

    def test_translators_are_named_as_authors_are(self) -> None:
        known = [{"id": "9", "first_name": "Ève", "last_name": "Tremblé"}, {"first_name": "", "last_name": "Noé"}]
        assert details(translators=known).translators == ("Ève Tremblé", "Noé")
        assert details(translators=None).translators == ()

    def test_a_reader_alone_may_stand_for_the_list(self) -> None:
        [part] = details(sections=[section(1) | {"readers": {"reader_id": "7", "display_name": "Zoé Roy"}}]).parts
        assert part.narrators == ("Zoé Roy",)

    @pytest.mark.parametrize("slug", ["brume", "brume-by-odile-vachon-", "le_gardien"])
    def test_a_book_may_have_any_slug(self, slug: str) -> None:
        assert book(url_librivox=f"http://librivox.org/{slug}/").slug == slug

    @pytest.mark.parametrize("listen_url", ["", None, "not a link", "file:///etc/passwd"])
    def test_a_section_without_an_address_has_none(self, listen_url: str | None) -> None:
        assert details(sections=[section(1, listen_url=listen_url)]).parts[0].url is None

    @pytest.mark.parametrize(
        ("total", "seconds"), [(180, 180), (180.5, 180.5), ("180", 180), ("", None), (0, None), (None, None)]
    )
    def test_the_total_time_comes_in_any_type(self, total: Any, seconds: float | None) -> None:
        expected = None if seconds is None else timedelta(seconds=seconds)
        assert details(totaltimesecs=total).duration == expected

    def test_the_year_nought_is_no_year(self) -> None:
        assert details(copyright_year="0").published_year is None

    def test_the_items_picture_stands_in_for_a_cover(self) -> None:
        assert details(coverart_jpg=None).cover_url == f"https://archive.org/services/img/{ITEM}"

    @pytest.mark.parametrize(("name", "tag"), [("Multilingual", "mul"), ("Old English", "ang"), ("Klingon", None)])
    def test_languages_have_names(self, name: str, tag: str | None) -> None:
        assert details(language=name).language == tag

    def test_a_book_is_whole_when_all_sections_are_listed(self) -> None:
        assert book().is_whole
        assert not book(num_sections="4").is_whole
        assert not book(sections=[]).is_whole

    def test_the_more_sections_are_listed_the_more_complete_it_is(self) -> None:
        none, some, all_ = (book(sections=[section(n) for n in range(count)], num_sections="3") for count in (0, 2, 3))
        assert 0 < none.completeness < some.completeness < all_.completeness == 1

    def test_a_book_without_a_page_is_not_published(self) -> None:
        page = parse_books(books(record(url_librivox=""), record()))
        assert (len(page.books), page.record_count) == (1, 2)

    @pytest.mark.parametrize(
        ("language", "is_in"),
        [("French", True), ("fr", True), ("fre", True), ("fr-CA", True), ("German", False), ("de-AT", False)],
    )
    def test_a_language_is_asked_for_by_name_or_code(self, language: str, *, is_in: bool) -> None:
        assert is_in_language(book(), language) is is_in


class TestAnswers:
    def test_none_found_is_an_empty_page(self) -> None:
        assert parse_books(none_found()).record_count == 0

    @pytest.mark.fuzz
    @pytest.mark.parametrize("body", [b"<html>Database Error</html>", b"", b'{"x": 1}', b"[" * 1_000_000])
    def test_another_answer_is_a_problem_of_the_site(self, body: bytes) -> None:
        def parse() -> None:
            with pytest.raises(TransientError):
                parse_books(body)

        assert seconds_of_work(parse, enough=3) < 3

    def test_an_author_is_found_by_id(self) -> None:
        assert parse_last_name(authors(("1", "Other"), ("86", "Vachon")), "86") == "Vachon"
        assert parse_last_name(authors(("1", "Other")), "86") is None

    @given(st.binary())
    def test_any_bytes_give_books_or_a_named_error(self, body: bytes) -> None:
        with pytest.raises(OhdioError):
            parse_books(body)

    @given(json_values)
    def test_any_values_give_books_or_a_named_error(self, value: Any) -> None:
        odd = [{**record(), name: value} for name in record() if name not in ("url_librivox", "title")]
        odd.append(record(sections=[{**section(1), name: value} for name in section(1)]))
        parse_books(books(*odd))
        with contextlib.suppress(AnswersDifferently):
            parse_books(json.dumps({"books": [value]}).encode())

    def test_books_with_pages_at_unknown_addresses_are_not_no_books(self) -> None:
        with pytest.raises(AnswersDifferently, match="pages at addresses that are not known"):
            parse_books(books(record(url_librivox="https://librivox.org/book/le-gardien/52")))

    @pytest.mark.parametrize("said", ["Unknown method", "Invalid API key"])
    def test_a_word_that_is_not_that_there_are_none_is_told(self, said: str) -> None:
        with pytest.raises(AnswersDifferently, match=f"its catalogue says “{said}”"):
            parse_books(json.dumps({"status": False, "error": said}).encode())

    def test_books_of_which_nothing_is_known_by_its_name_are_not_no_books(self) -> None:
        renamed = [{"page": "https://librivox.org/a-by-b/", "name": "A"}] * 3
        with pytest.raises(AnswersDifferently, match="LibriVox answers differently than this version knows"):
            parse_books(books(*renamed))
