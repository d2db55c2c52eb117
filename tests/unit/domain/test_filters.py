"""Which books of a listing are wanted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from ohdio_core.collection.filters import decode_filters, encode_filters
from ohdio_core.domain.audiobook import BookDetails, BookRef
from ohdio_core.domain.filters import Facts, Filters, Newest, facts_of
from ohdio_core.sentences import text_of

BOOK = Facts("L'Été des étoiles", ("Odile Marchand",), "fr-CA", timedelta(hours=2))


class TestABookThatIsWanted:
    @pytest.mark.parametrize(
        "filters",
        [
            Filters(),
            Filters(title_include=("ETOILES", "mer")),
            Filters(title_exclude=("mer",)),
            Filters(author_include=("marchand",)),
            Filters(author_exclude=("Tremblay",)),
            Filters(languages=("en", "fr")),
            Filters(languages=("FR-ca",)),
            Filters(min_duration=timedelta(hours=2), max_duration=timedelta(hours=2)),
        ],
    )
    def test_meets_every_filter(self, filters: Filters) -> None:
        assert filters.refusal(BOOK) is None

    @pytest.mark.parametrize(
        "filters",
        [
            Filters(title_include=("mer",)),
            Filters(author_include=("Marchand",)),
            Filters(languages=("fr",)),
            Filters(min_duration=timedelta(hours=1)),
        ],
    )
    def test_may_be_one_of_which_nothing_is_known(self, filters: Filters) -> None:
        assert filters.refusal(Facts()) is None
        assert filters.is_undecided(Facts())
        assert not filters.is_undecided(BOOK)


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        (Filters(title_include=("mer", "lac")), "Its title has none of: mer, lac."),
        (Filters(title_exclude=("mer", "Été")), "Its title has “Été”."),
        (Filters(author_include=("Tremblay",)), "Its author is none of: Tremblay."),
        (Filters(author_exclude=("marchand",)), "Its author has “marchand”."),
        (Filters(languages=("en", "f")), "Its language is fr-CA."),
        (Filters(min_duration=timedelta(hours=2, seconds=1)), "It lasts 2:00:00, less than 2:00:01."),
        (Filters(max_duration=timedelta(minutes=90)), "It lasts 2:00:00, more than 1:30:00."),
    ],
)
def test_a_book_that_is_not_wanted_is_told_why(filters: Filters, reason: str) -> None:
    assert text_of(filters.refusal(BOOK)) == reason


@pytest.mark.parametrize(
    ("language", "asked"), [("eng", "en"), ("English", "en"), ("por_BR", "pt-br"), ("de-AT", "ger"), ("zh-cmn", "zh")]
)
def test_a_language_is_the_same_however_it_is_written(language: str, asked: str) -> None:
    assert Filters(languages=(asked,)).refusal(Facts(language=language)) is None


def test_a_language_of_another_region_is_another() -> None:
    refusal = Filters(languages=("fr-CA", "pt-BR")).refusal(Facts(language="pt-PT"))

    assert refusal is not None
    assert refusal.text == "Its language is pt-PT."
    assert refusal.as_json() == {"id": "filter.language", "values": {"language": "pt-PT"}}


@pytest.mark.parametrize("blank", [" ", "\u0301"])
def test_words_that_are_blank_exclude_nothing(blank: str) -> None:
    assert Filters(title_exclude=(blank,), author_exclude=(blank,)).refusal(BOOK) is None


def test_only_filters_of_books_judge_them() -> None:
    assert not Filters(newest=3).judges_books
    assert Filters(newest=3, languages=("fr",)).judges_books


def test_what_a_listing_tells_is_found_in_its_details() -> None:
    details = BookDetails("Autre titre", ("Odile Marchand",), language="fr", duration=timedelta(hours=1))
    ref = BookRef("stories", "https://stories.example/1", "1", title="Le phare", details=details)
    assert facts_of(ref) == Facts("Le phare", ("Odile Marchand",), "fr", timedelta(hours=1))


def test_filters_are_the_same_after_they_were_stored() -> None:
    filters = Filters(("a",), ("b",), ("c",), ("d",), ("fr",), timedelta(minutes=1), timedelta(hours=9), 4)
    assert decode_filters(json.loads(encode_filters(filters))) == filters
    assert decode_filters(None) == Filters()


class TestTheNewest:
    @staticmethod
    def book(number: int, day: int | None = None) -> BookRef:
        published = None if day is None else datetime(2026, 5, day, tzinfo=UTC)
        return BookRef("stories", f"https://stories.example/{number}", str(number), published=published)

    def test_of_a_listing_without_dates_are_those_that_it_names_first(self) -> None:
        newest = Newest(2)
        is_settled = []
        for number in (1, 2, 3):
            newest.add([self.book(number)])
            is_settled.append(newest.is_settled)
        assert is_settled == [False, True, True]
        assert newest.books() == (self.book(1), self.book(2))

    def test_of_a_listing_with_dates_are_told_by_them(self) -> None:
        newest = Newest(2)
        newest.add([self.book(1, 3), self.book(2), self.book(3, 9)])
        assert not newest.is_settled
        newest.add([self.book(4, 1), self.book(5, 8)])
        assert newest.books() == (self.book(3, 9), self.book(5, 8))

    def test_of_a_short_listing_are_all(self) -> None:
        newest = Newest(5)
        newest.add([self.book(2, 2), self.book(1)])
        assert newest.books() == (self.book(2, 2), self.book(1))
