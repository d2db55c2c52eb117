"""The page of what is lost or damaged in the library, without a script."""

from __future__ import annotations

import pytest

from tests.fixtures.api import Api
from tests.integration.web.test_home import notices, send, visit

PAGE = "/library/verify"


@pytest.fixture
def faulty(api: Api) -> list[int]:
    """Three books of a site that is known, of which two have faults; their ids."""
    items = api.engine.titled("La mer", "Le phare", "Le talus")
    api.engine.execute("UPDATE audiobooks SET source = 'ohdio'")
    books = [api.file_book(item, {"01.mp3": b"sound", "02.mp3": b"sound"}) for item in items]
    api.engine.execute(
        "INSERT INTO file_faults (audiobook_id, name, kind) "
        "VALUES (:sea, '01.mp3', 'damaged'), (:sea, '02.mp3', 'lost'), (:light, '01.mp3', 'unreadable')",
        sea=books[0],
        light=books[1],
    )
    return books


def test_names_files_by_book_and_leads_there_from_the_first_page(api: Api, faulty: list[int]) -> None:
    assert len(faulty) == 3
    page = visit(api, PAGE)
    assert page.texts(".of-faulty .title") == ["La mer", "Le phare"]
    assert page.texts(".of-faulty .danger") == [
        "01.mp3 is damaged: its sound is not what was filed.",
        "02.mp3 is gone, and nothing has taken its place.",
        "01.mp3 cannot be read: its disk gives errors.",
    ]
    home = visit(api)
    assert home.texts(".need h3") == ["Lost or damaged files"]
    assert home.texts(".need .which p")[0] == "La mer, Le phare"
    assert home.one(".need h3 a").get("href") == PAGE


def test_one_or_all_are_fetched_again_and_named_no_more(api: Api, faulty: list[int]) -> None:
    assert notices(send(api, f"{PAGE}/{faulty[0]}/fetch", {"back": PAGE})) == ["1 book is fetched again."]
    assert visit(api, PAGE).texts(".of-faulty .title") == ["Le phare"]
    assert notices(send(api, f"{PAGE}/{faulty[2]}/fetch")) == ["0 books are fetched again."]
    assert notices(send(api, f"{PAGE}/fetch")) == ["1 book is fetched again."]
    assert [api.get(f"/audiobooks/{book}")["status"] for book in faulty] == ["queued", "queued", "completed"]
    assert visit(api).all(".need") == []


def test_is_begun_once_and_stopped(api: Api, faulty: list[int]) -> None:
    assert len(faulty) == 3
    send(api, f"{PAGE}/begin")
    page = visit(api, PAGE)
    assert page.texts(".verification > p") == ["0 of 3 books verified · 0 B"]
    assert page.one(".verification").get("data-told") == "verification faults"
    assert notices(send(api, f"{PAGE}/begin")) == ["The library is being verified already; stop that first."]
    send(api, f"{PAGE}/stop")
    page = visit(api, PAGE)
    assert page.texts(".verification > p") == ["Stopped after 0 books · 0 B"]
    assert [act["act"] for act in api.get("/history")["items"]] == ["verified"]
