"""The page of a held follow: what somebody has of it is ticked and confirmed, and axe-core finds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from ohdio_core.collection.folder_imports import IMPORTS
from ohdio_downloader.importer import Importer
from tests.browser.test_accessibility import TWO, findings
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.fixtures.workers import wait_until
from tests.integration.api.test_events import announce
from tests.integration.api.test_follows import FEED
from tests.integration.api.test_held_follows import list_episodes
from tests.sites.audio import AudioFactory


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One episode that is had, and one that may be."""
    folder = tmp_path / "had"
    folder.mkdir()
    sound = AudioFactory(tmp_path).mp3("held", 3)
    for name in ("La mer", "Le vent"):
        (folder / f"{name}.mp3").write_bytes(sound)
    return folder


def compare(api: Api, work_dir: Path) -> None:
    """Do what a check, the descriptions of its books and whoever reads folders do."""
    list_episodes(api)
    work_dir.mkdir()
    importing = Importer(api.engine.database, api.library, work_dir, keep_free=lambda: 0)
    wait_until(importing.step, 20, "the folder is compared")


def test_what_is_had_is_ticked_and_confirmed(visitors: Visitors, api: Api, folder: Path, tmp_path: Path) -> None:
    page = visitors.page(api.url)
    page.goto("/follows")
    page.get_by_label("Compare first with a folder").fill(str(folder))
    page.get_by_label("How many of the newest").first.fill("3")
    page.get_by_label("the newest, too:").first.check()
    link = page.get_by_label("Link of a feed")
    link.fill(FEED)
    link.press("Enter")
    page.get_by_text("Its listing is being read.").wait_for()
    held = page.url
    compare(api, tmp_path / "work")
    announce(api, [(IMPORTS.name, 1)])  # as the downloader would
    found = {}
    for (theme, language), width in zip(TWO, (1280, 375), strict=True):
        look = {"color_scheme": theme, "locale": language, "viewport": {"width": width, "height": 800}}
        other = visitors.page(api.url, **look)
        other.goto(held)
        found[theme] = findings(other)
        assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert {look: each for look, each in found.items() if each} == {}
    page.bring_to_front()
    page.get_by_text("1 in the folder · 1 unsure · 1 missing").wait_for()  # by itself
    expect(page.locator("main > .head h1")).to_be_visible()  # nothing else of the page was touched
    page.get_by_label("I have it: Le vent").press("Space")
    page.get_by_label("only what appears from now on").press("Space")
    page.get_by_role("button", name="Confirm").press("Enter")
    page.get_by_text("Le phare is followed.").wait_for()
    assert api.engine.value("SELECT count(*) FROM found_books WHERE is_wanted") == 2
    assert {row.title for row in api.engine.rows("SELECT title FROM audiobooks")} == {"La mer", "Le vent"}
