"""Links of categories that were once stored as books."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.api import Api

CATEGORY = "https://ici.radio-canada.ca/ohdio/categories/77/contes"
BOOK = "https://ici.radio-canada.ca/ohdio/livres-audio/123"


def stored_book(api: Api, url: str, item: str = "", library_path: str | None = None, source: str = "ohdio") -> int:
    book: int = api.engine.value(
        "INSERT INTO audiobooks (url, source, external_id, library_path) "
        "VALUES (:url, :source, :url, :path) RETURNING id",
        url=url,
        source=source,
        path=library_path,
    )
    api.engine.execute(
        "INSERT INTO queue_items (audiobook_id, politeness_key, status, priority) VALUES (:book, 'ohdio', 'failed', 8)",
        book=book,
    )
    if item:
        api.engine.execute(f"UPDATE queue_items SET {item} WHERE audiobook_id = :book", book=book)
    return book


def found(api: Api) -> list[Any]:
    items = api.get("/repairs")["items"]
    assert isinstance(items, list)
    return items


def repaired(api: Api) -> list[Any]:
    answer = api.http.post("/repairs")
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert isinstance(items, list)
    return items


def test_are_shown_before_anything_is_changed(api: Api) -> None:
    book = stored_book(api, CATEGORY)
    stored_book(api, BOOK)
    stored_book(api, "https://stories.example/a-page-with-a-book")

    (item,) = found(api)

    assert (item["audiobook_id"], item["url"], item["action"]) == (book, CATEGORY, "scan")
    assert len(api.get("/audiobooks")["items"]) == 3
    assert api.get("/scrapes")["items"] == []


def test_become_scans_and_are_no_books_any_more(api: Api) -> None:
    stored_book(api, CATEGORY)
    kept = stored_book(api, BOOK)

    (item,) = repaired(api)

    assert (item["listing_url"], item["action"]) == (CATEGORY, "scan")
    assert [scan["url"] for scan in api.get("/scrapes")["items"]] == [CATEGORY]
    assert [book["id"] for book in api.get("/audiobooks")["items"]] == [kept]
    assert [item["audiobook"]["id"] for item in api.get("/queue")["items"]] == [kept]
    assert api.engine.value("SELECT priority FROM scrapes") == 8
    assert repaired(api) == []


def test_under_two_addresses_become_one_scan(api: Api) -> None:
    stored_book(api, CATEGORY)
    stored_book(api, CATEGORY.replace("https:", "http:"))

    assert len(repaired(api)) == 2
    assert len(api.get("/scrapes")["items"]) == 1


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ("progress = 1000", "A download of it has begun"),
        (
            "status = 'processing', lease_token = gen_random_uuid(), lease_until = now() + interval '1 minute'",
            "It is being worked on",
        ),
    ],
)
def test_that_are_being_downloaded_are_left_alone_and_named(api: Api, item: str, why: str) -> None:
    book = stored_book(api, CATEGORY, item)

    (shown,), (left,) = found(api), repaired(api)

    assert shown == left
    assert (left["action"], why in left["detail"]) == ("keep", True)
    assert [each["id"] for each in api.get("/audiobooks")["items"]] == [book]
    assert api.get("/scrapes")["items"] == []


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://librivox.org/rss/52#item=0011223344556677", "rss"),
        ("https://librivox.org/rss/52", "rss"),
        ("https://stories.example/feed.xml#item=0011223344556677", "rss"),
        ("https://stories.example/feed.xml#book", "rss"),
        (f"{CATEGORY}#item=0011223344556677", "ohdio"),
        (f"{CATEGORY}#book=0011223344556677", "ohdio"),
        (CATEGORY, "web"),
    ],
)
def test_are_not_seen_in_what_is_a_book_to_the_source_that_stored_it(api: Api, url: str, source: str) -> None:
    book = stored_book(api, url, source=source)

    assert found(api) == []
    assert repaired(api) == []
    assert [each["id"] for each in api.get("/audiobooks")["items"]] == [book]


def test_are_not_seen_in_what_has_files(api: Api) -> None:
    stored_book(api, CATEGORY, "status = 'completed'", library_path="Odile Marchand/Contes")
    assert found(api) == []
    assert repaired(api) == []
