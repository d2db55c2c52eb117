"""What links are to become: one book of a feed, or only some books of a listing."""

from __future__ import annotations

from typing import Any

from tests.fixtures.api import Api

FEED = "https://stories.example/feed.xml"


def add(api: Api, *urls: str, **wishes: Any) -> list[Any]:
    answer = api.http.post("/submissions", json={"urls": list(urls), **wishes})
    assert "results" in answer.json(), answer.text
    results = answer.json()["results"]
    assert isinstance(results, list)
    return results


def test_a_feed_can_become_one_book(api: Api) -> None:
    (result,) = add(api, FEED, **{"as": "book"})
    assert (result["kind"], result["state"], result["url"]) == ("audiobook", "accepted", f"{FEED}#book")
    (again,) = add(api, f"{FEED}#book")
    assert (again["state"], again["id"]) == ("known", result["id"])


def test_what_is_no_feed_cannot_become_one_book(api: Api) -> None:
    category, book = add(
        api,
        "https://ici.radio-canada.ca/ohdio/categories/77/contes",
        "https://ici.radio-canada.ca/ohdio/livres-audio/5",
        **{"as": "book"},
    )
    assert (category["state"], book["state"]) == ("refused", "accepted")
    assert category["detail"].startswith("Only a feed can become one book")


def test_a_scan_keeps_its_filters_and_says_so_to_who_asks_for_others(api: Api) -> None:
    filters = {"author_include": ["Odile"], "min_duration_seconds": 60}
    (first,) = add(api, FEED, filters=filters)
    (same,) = add(api, FEED, filters=filters)
    (other,) = add(api, FEED)

    assert [same["state"], other["state"]] == ["known", "known"]
    assert same["detail"] == "It is being scanned."
    assert other["detail"] == "It is being scanned, with other filters; add it again when that scan has ended."
    scan = api.get(f"/scrapes/{first['id']}")
    assert {name: value for name, value in scan["filters"].items() if value} == filters


def test_the_region_of_a_language_is_kept(api: Api) -> None:
    (result,) = add(api, FEED, filters={"languages": ["fr-CA", "por-BR", "eng"]})
    assert api.get(f"/scrapes/{result['id']}")["filters"]["languages"] == ["fr-CA", "pt-BR", "en"]


def test_words_that_are_blank_are_refused(api: Api) -> None:
    answer = api.http.post("/submissions", json={"urls": [FEED], "filters": {"title_exclude": [" \t"]}})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.filters.title_exclude.0"
    assert api.get("/scrapes")["items"] == []


def test_a_scan_without_filters_says_so(api: Api) -> None:
    (result,) = add(api, FEED)
    scan = api.get(f"/scrapes/{result['id']}")
    assert (scan["filters"], scan["skipped"]) == (None, 0)


def test_what_was_skipped_late_is_no_longer_counted_as_new(api: Api) -> None:
    (result,) = add(api, FEED, filters={"languages": ["fr"]})
    api.engine.execute("UPDATE scrapes SET found = 6, new = 1, known = 3, skipped = 2")
    api.engine.execute(
        "INSERT INTO skipped_books SELECT :id, number::text FROM generate_series(1, 2) AS number", id=result["id"]
    )
    scan = api.get(f"/scrapes/{result['id']}")
    assert [scan[name] for name in ("found", "new", "known", "skipped")] == [6, 0, 2, 4]
