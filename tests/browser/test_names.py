"""Names of folders in a browser: tried as one types, saved, and what is filed moved to them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.fixtures.api import Api
from tests.integration.api.test_library import filed
from tests.integration.api.test_renames import carry_out


def test_are_tried_as_one_types_saved_and_given_to_what_is_filed(browser_page: Page, api: Api) -> None:
    (book,) = filed(api, "La brume")
    api.engine.execute("UPDATE audiobooks SET authors = '{Odile Marchand}', published_year = 2019")
    browser_page.goto("/settings")
    browser_page.get_by_role("link", name="Try names on three books").click()
    field = browser_page.get_by_label("Where new books go")
    field.fill("{author}/{year - }{titel}")
    expect(browser_page.locator("#shown-template")).to_contain_text("At character 20: there is no value called titel.")
    expect(field).to_be_focused()
    field.fill("{author}/{year - }{title}")
    expect(browser_page.locator("#shown-template")).to_contain_text(
        "Jules Verne/1870 - Vingt mille lieues sous les mers"
    )
    episodes = browser_page.get_by_label("Where new episodes of shows go")
    episodes.fill("Balados/{show}/{title}")
    expect(browser_page.locator("#shown-episodes")).to_contain_text("Balados/Carnet de bord/La tempête.mp3")
    expect(field).to_have_value("{author}/{year - }{title}")  # what is typed there stays
    browser_page.get_by_role("button", name="Save").first.click()
    expect(browser_page.locator(".notice > span")).to_contain_text("New books go to {author}/{year - }{title}.")
    browser_page.get_by_role("link", name="Move what is filed already").click()
    expect(browser_page.locator(".of-renames")).to_contain_text("Odile Marchand/2019 - La brume")
    browser_page.get_by_role("button", name="Move 1 folder").click()
    expect(browser_page.locator(".banner")).to_contain_text("1 folder is being moved.")
    carry_out(api)
    browser_page.reload()
    expect(browser_page.locator("main")).to_contain_text("Every folder is where it belongs.")
    assert api.get(f"/audiobooks/{book}")["library_path"] == "Odile Marchand/2019 - La brume"
