"""Making one M4B of a book in a browser: what it takes is said first, how far it is as it goes, and what went wrong."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from ohdio_core.collection.conversions import TakenConversion
from ohdio_core.errors import UNEXPECTED
from tests.browser.test_accessibility import findings
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.fixtures.workers import wait_until
from tests.integration.api.test_converting import filed_as
from tests.integration.api.test_events import announce


def take(api: Api) -> TakenConversion:
    """Take the conversion that is next, as a downloader does."""
    with api.engine.database.statement() as work:
        taken = TakenConversion.take(work, uuid4())
    announce(api, work.outbox.changes)
    assert taken is not None
    return taken


def test_a_form_is_chosen_watched_and_mended(visitors: Visitors, api: Api) -> None:
    api.engine.workers_of_all_services()
    api.engine.execute("INSERT INTO encoding_speeds (host, speed) VALUES ('here', 50)")
    lamp, tide = (filed_as(api, item, "1.mp3", seconds=36_000) for item in api.engine.titled("The Lamp", "La marée"))
    page, other = visitors.page(api.url), visitors.page(api.url, locale="fr-CA", color_scheme="dark")
    page.goto(f"/books/{lamp}")
    page.locator(".orders .menu summary").click()
    page.get_by_role("link", name="Make one M4B…").click()
    expect(page.locator(".lead b")).to_contain_text("which takes about 12 min on this machine")
    assert findings(page) == []
    page.get_by_label("96 kbit/s").check()
    page.get_by_role("button", name="Convert 1 book").click()
    row, there = page.locator(f"#conversion-{lamp}"), other.locator(f"#conversion-{lamp}")
    expect(row).to_contain_text("M4B, 96 kbit/s · Waiting")

    other.goto(f"/books/{lamp}")
    expect(there).to_contain_text("En attente")
    taken = take(api)
    expect(row).to_contain_text("0 % encoded")
    taken.report(9_000.0, 36_000.0, has_moved=True)
    with api.engine.database.statement() as work:
        taken.renew(work)
    announce(api, work.outbox.changes)
    expect(row).to_contain_text("25 % encoded 9 min left")
    expect(row.locator("progress")).to_have_js_property("value", 25)
    expect(there).to_contain_text("25 % encodés reste 9 min")

    # By the keyboard: from the page to what could not be converted, and that is left as it is.
    api.http.post(f"/audiobooks/{tide}/convert", json={"form": "m4b-64k"})
    expect(page.locator("[data-still] > li")).to_have_count(2)
    other.goto("/")
    with api.engine.database.statement() as work:
        taken.fail(work, UNEXPECTED)
    announce(api, work.outbox.changes)
    expect(row).to_have_attribute("data-state", "failed")
    assert [*findings(page), *findings(other)] == []
    again = other.locator(".need").get_by_role("button", name="Le réessayer")
    again.focus()
    other.keyboard.press("Enter")
    expect(other.locator(".need")).to_have_count(0)
    expect(row).to_have_attribute("data-state", "waiting")
    row.get_by_role("button", name="Pause").focus()
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("data-state", "paused")
    # While somebody points at the list, no row moves into the place of another.
    page.locator(f"#conversion-{tide}").hover()
    wait_until(lambda: page.evaluate("document.querySelector('[data-told]').matches(':hover')"), 10, "it is pointed at")
    with api.engine.database.unit_of_work() as work:
        take(api).complete(work, None)
    announce(api, work.outbox.changes)
    expect(page.locator(f"#conversion-{tide}")).to_have_attribute("inert", "")
    row.get_by_role("button", name="Cancel").click()
    expect(page.locator(".nothing")).to_have_text("Nothing is to be converted.")
