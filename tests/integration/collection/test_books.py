from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from ohdio_core.collection.books import load_book_to_describe, save_details
from ohdio_core.db.session import Database, make_engine
from ohdio_core.domain.audiobook import BookDetails, Chapter, Part
from ohdio_core.errors import NotFound

PLAIN = Part(0, "a-1", "One", timedelta(minutes=5), "https://audio.example/1.mp3", 5_000_000)
RICH = Part(
    1,
    "a-2",
    checksum=("sha1", "00ff"),
    narrators=("Rose Lavoie", "Jean Roy"),
    chapters=(Chapter(timedelta(0), "Start"), Chapter(timedelta(seconds=61.5), "Further")),
    chapters_url="https://audio.example/2.json",
    transcript_url="https://audio.example/2.vtt",
)
DETAILS = BookDetails(
    title="The Lamp",
    authors=("Ann Ek",),
    narrators=("Rose Lavoie",),
    description="A lamp, a house, a storm.",
    publisher="Small Press",
    published_year=1999,
    genre="Novel",
    audience="9-12",
    page_count=210,
    translators=("Ève Tremblé",),
    published_on=date(2008, 3, 1),
    isbn="9782070368228",
    asin="B0015T963C",
    language="en",
    series="Lights",
    series_position="2",
    show="Les soirs",
    cover_url="https://audio.example/cover.jpg",
    duration=timedelta(hours=1),
    parts=(PLAIN, RICH),
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(make_engine(database_url, application="test"))
    yield database
    database.close()


@pytest.fixture
def book_id(database: Database) -> int:
    with database.unit_of_work() as work:
        book: int = work.execute(
            text(
                "INSERT INTO audiobooks (url, source, external_id) VALUES ('https://x.example', 'x', '1') RETURNING id"
            )
        ).scalar_one()
        work.execute(text("INSERT INTO extractions (id, politeness_key) VALUES (:id, 'x')"), {"id": book})
        return book


def stored(database: Database, book_id: int) -> BookDetails:
    with database.statement() as work:
        return load_book_to_describe(work, book_id).book.details


def save(database: Database, book_id: int, details: BookDetails) -> None:
    with database.unit_of_work() as work:
        save_details(work, {book_id: details})


def test_a_description_comes_back_as_it_was(database: Database, book_id: int) -> None:
    save(database, book_id, DETAILS)
    assert stored(database, book_id) == DETAILS


@pytest.mark.parametrize("parts", [(RICH,), (replace(PLAIN, title=None), replace(RICH, chapters=()), Part(2, "a-3"))])
def test_new_parts_take_the_place_of_the_old(database: Database, book_id: int, parts: tuple[Part, ...]) -> None:
    save(database, book_id, DETAILS)
    changed = replace(DETAILS, parts=parts)
    save(database, book_id, changed)
    assert stored(database, book_id) == changed


@pytest.mark.parametrize("number", [-1, 0, 2**40, 2**63, 10**400])
def test_numbers_that_cannot_be_are_left_out(database: Database, book_id: int, number: int) -> None:
    wrong = replace(DETAILS, published_year=number, page_count=number, parts=(replace(PLAIN, size=number),))
    save(database, book_id, wrong)
    right = replace(DETAILS, published_year=None, page_count=None, parts=(replace(PLAIN, size=None),))
    assert stored(database, book_id) == right


def test_a_deleted_book(database: Database) -> None:
    with pytest.raises(NotFound, match="deleted"):
        stored(database, 77)
