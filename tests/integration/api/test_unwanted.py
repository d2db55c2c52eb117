"""Books that people removed, as clients see them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.api import Api
from tests.unit.sources.rss.documents import item, rss

FEED = "https://stories.example/feed.xml"


def add(api: Api, *urls: str, **wishes: Any) -> list[dict[str, Any]]:
    answer = api.http.post("/submissions", json={"urls": list(urls), **wishes})
    assert answer.status_code == 202, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


@pytest.fixture
def found(api: Api) -> list[int]:
    """Three books of a feed, as its scan wrote them down; the items' numbers."""
    api.origin.answer("/feed.xml", rss(*map(item, (1, 2, 3))))
    links = [book["url"] for book in api.http.post("/preview", json={"url": FEED}).json()["books"]]
    (scan,) = add(api, FEED)
    books = [result["id"] for result in add(api, *links)]
    api.engine.execute("UPDATE scrapes SET status = 'completed', found = 3, new = 3")
    for book in books:
        api.engine.execute("INSERT INTO scrape_books VALUES (:scan, :book)", scan=scan["id"], book=book)
        api.engine.execute("UPDATE audiobooks SET title = 'Récit ' || :n WHERE id = :book", n=str(book), book=book)
    return sorted(row["id"] for row in api.get("/queue")["items"])


def again(api: Api) -> str:
    """Request the feed again; return what is said of it."""
    (result,) = add(api, FEED)
    assert result["state"] == "accepted"
    detail: str = result["detail"]
    return detail


NOTHING_UNWANTED = "Scanned again, for books that are new there."


class TestAFeedThatIsAskedForAgain:
    def test_says_how_many_of_its_books_were_removed_before_completion(self, api: Api, found: list[int]) -> None:
        api.http.delete(f"/queue/items/{found[0]}")
        api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'x' WHERE id = :id", id=found[1])
        api.http.post("/queue/items/delete", json={"ids": [found[1]]})
        assert again(api) == f"{NOTHING_UNWANTED} 2 unwanted, `--again` brings them."

    def test_counts_what_was_removed_with_its_files(self, api: Api, found: list[int]) -> None:
        book = api.file_book(found[0], {"Un.mp3": b"sound"})
        assert api.http.delete(f"/audiobooks/{book}").status_code == 204
        assert again(api) == f"{NOTHING_UNWANTED} 1 unwanted, `--again` brings it."

    def test_counts_what_was_removed_when_everything_was_cleared(self, api: Api, found: list[int]) -> None:
        api.file_book(found[0], {"Un.mp3": b"sound"})
        assert api.http.post("/queue/clear", json={"status": "all"}).json()["changed"] == 3
        assert again(api) == f"{NOTHING_UNWANTED} 2 unwanted, `--again` brings them."

    @pytest.mark.parametrize("is_single", [True, False])
    def test_counts_no_complete_book_that_left_the_queue(self, api: Api, found: list[int], *, is_single: bool) -> None:
        for number in found:
            api.file_book(number, {"Un.mp3": b"sound"})
        if is_single:
            for number in found:
                api.http.delete(f"/queue/items/{number}")
        else:
            api.http.post("/queue/clear", json={"status": "completed"})
        assert again(api) == NOTHING_UNWANTED

    def test_counts_no_book_whose_own_link_was_given_since(self, api: Api, found: list[int]) -> None:
        link = api.item(found[0])["audiobook"]["url"]
        api.http.delete(f"/queue/items/{found[0]}")
        (result,) = add(api, link)
        assert (result["state"], result["detail"]) == ("accepted", None)
        assert again(api) == NOTHING_UNWANTED

    def test_counts_no_book_that_is_to_be_downloaded_after_all(self, api: Api, found: list[int]) -> None:
        book = api.book_of(found[0])
        api.http.delete(f"/queue/items/{found[0]}")
        assert api.http.post(f"/audiobooks/{book}/download").status_code == 202
        assert again(api) == NOTHING_UNWANTED

    def test_can_ask_for_them_too(self, api: Api, found: list[int]) -> None:
        api.http.delete(f"/queue/items/{found[0]}")
        (result,) = add(api, FEED, again=True)
        assert result["detail"] == "Scanned again, also for books that were removed."
        assert api.get(f"/scrapes/{result['id']}")["again"] is True

    def test_says_when_the_scan_that_is_under_way_leaves_them_out(self, api: Api, found: list[int]) -> None:
        api.http.delete(f"/queue/items/{found[0]}")
        again(api)
        (result,) = add(api, FEED, again=True)
        assert result["state"] == "known"
        assert "without books that were removed; add it again when" in result["detail"]


def test_a_preview_shows_what_would_be_left_out(api: Api, found: list[int]) -> None:
    api.http.delete(f"/queue/items/{found[0]}")
    link = api.get(f"/audiobooks/{api.book_of(found[1])}")["url"]

    shown = api.http.post("/preview", json={"url": FEED}).json()
    wanted = api.http.post("/preview", json={"url": FEED, "again": True}).json()

    assert [shown[name] for name in ("found", "new", "known", "unwanted")] == [3, 0, 2, 1]
    assert sorted(book["state"] for book in shown["books"]) == ["known", "known", "unwanted"]
    assert [wanted[name] for name in ("found", "known", "unwanted")] == [3, 3, 0]
    assert api.http.post("/preview", json={"url": link}).json()["unwanted"] == 0


@pytest.mark.usefixtures("found")
def test_a_scan_tells_how_many_it_left_out(api: Api) -> None:
    api.engine.execute("UPDATE scrapes SET new = 1, unwanted = 2")
    (scan,) = api.get("/scrapes")["items"]
    assert [scan[name] for name in ("found", "new", "known", "skipped", "unwanted", "again")] == [3, 1, 0, 0, 2, False]


def test_a_listing_that_was_stored_as_a_book_is_not_unwanted_once_it_is_repaired(api: Api) -> None:
    api.engine.items(1)
    api.engine.execute(
        "UPDATE audiobooks SET source = 'ohdio', url = 'https://ici.radio-canada.ca/ohdio/categories/77'"
    )
    (repaired,) = api.http.post("/repairs").json()["items"]
    assert repaired["action"] == "scan"
    assert api.engine.value("SELECT count(*) FROM unwanted_books") == 0
