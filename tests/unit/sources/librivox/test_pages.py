from __future__ import annotations

import contextlib
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.filters import facts_of
from ohdio_core.errors import AnswersDifferently, OhdioError, TransientError
from ohdio_core.sources.librivox.page import parse_page
from ohdio_core.sources.librivox.results import parse_results
from tests.fixtures.effort import seconds_of_work
from tests.unit.sources.librivox.answers import ITEM, book_page, result, results


class TestBookPage:
    def test_every_field_is_read(self) -> None:
        page = parse_page(book_page())
        assert (page.book_id, page.item, page.title) == ("52", ITEM, "Le gardien de la brume")
        assert page.details is not None
        assert page.details.authors == ("Odile VACHON",)
        assert page.details.narrators == ("Ginette Aubut",)
        assert page.details.description == "Un phare & son gardien.\nFin."
        assert (page.details.genre, page.details.language) == ("Sea, Fog & Lights", "fr")
        assert page.details.cover_url == "https://archive.org/download/covers/gardien.jpg"
        assert page.details.duration == timedelta(minutes=3)

    def test_every_section_has_its_better_file(self) -> None:
        details = parse_page(book_page()).details
        assert details is not None
        assert [part.title for part in details.parts] == ["Chapitre 1", "Chapitre 2", "Chapitre 3"]
        first = details.parts[0]
        assert first.url == f"https://archive.org/download/{ITEM}/gardien_01_vachon.mp3"
        assert (first.duration, first.narrators) == (timedelta(minutes=1), ("Ginette Aubut",))

    def test_columns_are_found_by_their_names(self) -> None:
        compiled = book_page().replace(b"<th>Reader</th>", b"<th>Author</th><th>Source</th><th>Reader</th>")
        compiled = compiled.replace(
            b'<td><a href="https://librivox.org/reader',
            b'<td>Someone</td><td><a href="https://a.example/">Etext</a></td><td><a href="https://librivox.org/reader',
        )
        details = parse_page(compiled).details
        assert details is not None
        assert details.parts[0].narrators == ("Ginette Aubut",)
        assert details.parts[0].duration == timedelta(minutes=1)

    def test_a_page_without_sections_has_no_details(self) -> None:
        page = parse_page(book_page(rows=0))
        assert (page.book_id, page.details) == ("52", None)

    @given(st.binary())
    def test_any_bytes_give_a_page(self, body: bytes) -> None:
        for html in (body, book_page() + body, book_page().replace(b"Chapitre", body)):
            parse_page(html)

    @pytest.mark.fuzz
    @pytest.mark.parametrize("tag", [b"<div>", b"<table class=chapter-download>", b"<tr>", b"<td>", b"<a href=x>"])
    def test_a_megabyte_of_nested_tags_takes_no_time(self, tag: bytes) -> None:
        assert seconds_of_work(lambda: parse_page(tag * (1_000_000 // len(tag))), enough=3) < 3


class TestResults:
    def test_a_result_is_a_book(self) -> None:
        [book] = parse_results(results(result(3)), 1).books
        assert (book.source, book.external_id) == ("librivox", "recit-3-by-odile-vachon")
        assert (book.title, book.authors) == ("Récit 3 & suite", ("Odile VACHON",))
        assert book.cover_url == "https://archive.org/download/covers/3_thumb.jpg"

    def test_the_language_is_told_and_nothing_that_would_be_a_whole_description(self) -> None:
        [book] = parse_results(results(result(3)), 1).books
        assert facts_of(book).language == "fr"
        assert facts_of(book).title == "Récit 3 & suite"
        assert book.details is not None
        assert book.details.parts == ()

    def test_a_language_that_is_none_is_not_told(self) -> None:
        [book] = parse_results(results(result(3).replace("French", "")), 1).books
        assert book.details is None

    def test_what_is_not_complete_is_left_out(self) -> None:
        forum = result(4, url="https://forum.librivox.org/viewtopic.php?t=4")
        assert [book.title for book in parse_results(results(forum, result(3)), 1).books] == ["Récit 3 & suite"]

    def test_the_pages_that_follow_are_counted(self) -> None:
        assert parse_results(results(result(1), last_page=3), 2).next_cursor == "3"
        assert parse_results(results(result(1), last_page=3), 3).next_cursor is None
        assert parse_results(results(result(1)), 1).next_cursor is None

    @pytest.mark.parametrize("body", [b"", b"<html>busy</html>", b'{"results": null}', b"[" * 1_000_000])
    def test_another_answer_is_a_problem_of_the_site(self, body: bytes) -> None:
        with pytest.raises(TransientError):
            parse_results(body, 1)

    @given(st.binary())
    def test_any_bytes_give_a_page_or_a_named_error(self, body: bytes) -> None:
        with pytest.raises(OhdioError):
            parse_results(body, 1)

    @given(st.text(), st.text())
    def test_any_html_gives_a_page_or_a_named_error(self, html: str, pagination: str) -> None:
        with contextlib.suppress(AnswersDifferently):
            parse_results(json.dumps({"results": html, "pagination": pagination}).encode(), 1)
        parse_results(results(result(1).replace("Récit", html)), 1)

    @pytest.mark.parametrize(
        "html",
        [
            '<div class="book-card"><a href="https://librivox.org/a-by-b/">A</a></div>',
            result(3).replace("h3>", "strong>"),
        ],
        ids=["another element", "another heading"],
    )
    def test_results_that_are_marked_otherwise_are_not_no_books(self, html: str) -> None:
        with pytest.raises(AnswersDifferently, match=r"LibriVox answers differently.*`ohdio report`"):
            parse_results(results(html), 1)

    @pytest.mark.parametrize("html", ["", "<li>No results found.</li>"])
    def test_the_sites_word_that_there_is_none_is_believed(self, html: str) -> None:
        assert parse_results(results(html), 1).books == ()

    def test_a_page_that_others_lead_to_is_not_empty(self) -> None:
        with pytest.raises(AnswersDifferently, match="page 2 of its listing is empty"):
            parse_results(results(), 2)

    def test_pages_that_are_named_otherwise_are_noted(self) -> None:
        page = parse_results(results(result(1), last_page=3).replace(b"data-page_number", b"data-seite"), 1)
        assert (len(page.books), page.next_cursor) == (1, None)
        assert "has more pages" in str(page.note)
        assert parse_results(results(result(1), last_page=1), 1).note is None

    @pytest.mark.fuzz
    def test_a_megabyte_of_nested_tags_takes_no_time(self) -> None:
        body = results("<li class=catalog-result><h3>" * 35_000)
        assert seconds_of_work(lambda: parse_results(body, 1), enough=3) < 3
