"""Looking for blanks is looking for nothing, wherever something is looked for."""

from __future__ import annotations

import pytest

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.api.test_converting import filed_as

#: Of several alphabets, of a copy from a page, and of keys that were hit by mistake.
BLANKS = [" ", "   ", "\t\n", "\u00a0", "\u3000", "\u200b", "\ufeff ", "\u0301"]
FEED = "https://podcasts.example/phare/feed.xml"
BROWSER = {"Accept": "text/html"}


@pytest.mark.parametrize("words", BLANKS, ids=ascii)
def test_lists_orders_and_pages_have_everything(api: Api, words: str) -> None:
    one, two = api.engine.titled("Phare", "Mer")
    book = filed_as(api, one, "1.mp3")
    api.engine.execute("INSERT INTO file_faults (audiobook_id, name, kind) VALUES (:book, '1.mp3', 'lost')", book=book)

    assert len(api.get("/queue", q=words)["items"]) == 2
    assert api.get("/queue/matching", q=words)["items"] == 2
    assert len(api.get("/audiobooks", q=words)["items"]) == 2
    assert len(api.get("/library", q=words)["items"]) == len(api.get("/library")["items"])
    assert api.get("/library/missing", q=words) == api.get("/library/missing")
    assert api.get("/library/verification", q=words)["faulty"] == 1

    for path in ("/", "/library"):
        pages = [api.outside.get(path, params=asked, headers=BROWSER) for asked in ({"q": words}, {})]
        shown = [Page(page.text).one("body").text_content().split() for page in pages]
        assert shown[0] == shown[1]
    assert "was found" not in api.outside.get("/sources", params={"q": words}, headers=BROWSER).text

    # An order says what it did as one without words does.
    for order, asked in (("pause", {"q": words}), ("resume", {})):
        answer = api.http.post(f"/queue/items/{order}", json={"filter": asked})
        assert (answer.status_code, answer.json()) == (200, {"changed": 1}), answer.text
        assert api.item(two)["status"] == {"pause": "paused", "resume": "queued"}[order]


@pytest.mark.parametrize("words", BLANKS, ids=ascii)
def test_to_verify_the_books_with_blanks_is_to_verify_all(api: Api, words: str) -> None:
    for item in api.engine.titled("Phare", "Mer"):
        filed_as(api, item, f"{item}.mp3")
    answer = api.http.post("/library/verification", json={"q": words})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["last"]["q"], answer.json()["last"]["books_total"]) == (None, 2)


@pytest.mark.parametrize("text", ["", *BLANKS], ids=ascii)
def test_a_blank_link_or_value_chooses_nothing(api: Api, text: str) -> None:
    api.engine.items(2)
    api.http.post("/follows", json={"url": FEED}).raise_for_status()
    api.http.post("/submissions", json={"urls": [FEED]}).raise_for_status()
    for name in ("url", "added_by", "author", "narrator", "series", "language", "source"):
        assert len(api.get("/audiobooks", **{name: text})["items"]) == 2, name
    for path in ("/scrapes", "/follows"):
        assert [row["url"] for row in api.get(path, url=text)["items"]] == [FEED], path


def test_blanks_around_words_are_none_of_them(api: Api) -> None:
    one, _ = api.engine.titled("Phare", "Mer")
    assert [item["id"] for item in api.get("/queue", q="\u00a0phare ")["items"]] == [one]


# Of private use, and of a Unicode that is younger than Python's.
@pytest.mark.parametrize("words", ["\uf8ff", "\U0001fae8", "\U000e8000"], ids=ascii)
def test_characters_that_python_does_not_know_are_looked_for(api: Api, words: str) -> None:
    one, two = api.engine.titled(f"Phare {words}", "Mer")
    assert [item["id"] for item in api.get("/queue", q=words)["items"]] == [one]
    api.http.post("/queue/items/pause", json={"filter": {"q": words}}).raise_for_status()
    assert api.item(two)["status"] == "queued"


@pytest.mark.parametrize("blank", ["", " ", "\u200b"], ids=ascii)
def test_a_blank_choice_is_none(api: Api, blank: str) -> None:
    api.engine.titled("Phare", "Mer")
    for path, names in {
        "/queue": ("status", "sort", "order", "cursor", "limit", "is_noted", "is_held", "scrape", "audiobook"),
        "/audiobooks": ("sort", "order", "cursor", "limit", "is_filed"),
        "/library": ("sort", "order"),
        "/scrapes": ("status", "cursor"),
        "/follows": ("cursor",),
    }.items():
        for name in names:
            assert api.get(path, **{name: blank}) == api.get(path), name
    answer = api.http.post("/submissions", json={"urls": [FEED], "as": blank, "form": blank})
    assert answer.status_code == 202, answer.text


@pytest.mark.parametrize("blank", ["", " ", "\u200b"], ids=ascii)
def test_an_order_for_no_status_is_refused(api: Api, blank: str) -> None:
    (item,) = api.engine.titled("Phare")
    for order in ("pause", "delete"):
        answer = api.http.post(f"/queue/items/{order}", json={"filter": {"status": blank}})
        assert answer.status_code == 422, answer.text
    assert api.item(item)["status"] == "queued"


@pytest.mark.parametrize("blank", ["", " ", "\u3000"], ids=ascii)
def test_a_blank_name_is_refused_as_blank(api: Api, blank: str) -> None:
    answer = api.http.post("/listeners", json={"name": blank})
    assert answer.status_code == 422
    assert [wrong["message"] for wrong in answer.json()["errors"]] == ["A text that is not blank is expected."]
