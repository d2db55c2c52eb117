"""Books that would not fit the disk, as pages show them, without a script."""

from __future__ import annotations

from tests.fixtures.api import Api
from tests.integration.api.test_room import held
from tests.integration.api.test_scrapes import scan
from tests.integration.api.test_taking_out import found_by
from tests.integration.web.test_home import notices, rows, send, titled, visit


def test_the_first_page_says_how_much_waits_and_lets_it_all_go_on(api: Api) -> None:
    one, two, three = titled(api, "One", "Two", "Three")
    held(api, [one, two])
    page = visit(api)
    assert page.texts(".banner")[0].endswith(" +1")  # that nothing downloads here is worse
    assert page.texts(".need h3") == ["No room on the disk"]
    (needed,) = page.texts(".need .which p:first-child")
    assert needed.startswith("629 MB needed · ")
    assert sorted(rows(visit(api, page.one(".need h3 a").get("href")))) == ["One", "Two"]
    assert notices(send(api, "/held/collect")) == ["2 books go on."]
    assert [api.item(item)["status"] for item in (one, two, three)] == ["queued"] * 3
    assert visit(api).all(".needs") == []


def test_a_row_says_why_and_until_when_and_is_collected_anyway(api: Api) -> None:
    (one,) = titled(api, "One")
    held(api, [one])
    page = visit(api)
    assert page.texts(".row .state") == ["No roomuntil there is room"]
    assert page.texts(".row [data-words]")[0].startswith("There is no room for its 300 MiB")
    assert page.one(".row .act button").get("title") == "Collect it anyway"
    send(api, page.one(".row .act form").get("action"))
    assert api.item(one)["status"] == "queued"


def test_a_scans_card_says_what_there_is_room_for_and_collects_the_rest_anyway(api: Api) -> None:
    one, two, other = titled(api, "One", "Two", "Three")
    scrape_id = scan(api, 1, "completed")
    found_by(api, scrape_id, [one, two], added=True)
    api.engine.execute("UPDATE audiobooks SET duration_seconds = 3600")
    held(api, [two, other], 100)
    (said,) = visit(api).texts(".scan .facts")
    assert " 2 h 00 · about 162 MB · " in said
    assert said.endswith(" free · 1 waits for room")
    assert notices(send(api, f"/scans/{scrape_id}/collect")) == ["1 book goes on."]
    assert [api.item(item)["status"] for item in (two, other)] == ["queued", "paused"]
