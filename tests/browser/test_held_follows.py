"""The page of a held follow: what somebody has of it is ticked and confirmed, and axe-core finds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ohdio_downloader.importer import Importer
from tests.browser.test_accessibility import TWO, findings
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.fixtures.workers import wait_until
from tests.integration.api.test_follows import FEED
from tests.integration.api.test_held_follows import list_episodes
from tests.sites.audio import AudioFactory


@pytest.fixture
def held(api: Api, tmp_path: Path) -> str:
    """Return the page of a follow that is held: one episode is had, one may be, one is missing."""
    folder, work_dir = tmp_path / "had", tmp_path / "work"
    folder.mkdir()
    work_dir.mkdir()
    sound = AudioFactory(tmp_path).mp3("held", 3)
    for name in ("La mer", "Le vent"):
        (folder / f"{name}.mp3").write_bytes(sound)
    order = {"url": FEED, "take": 3, "held_against": {"path": str(folder)}}
    number = api.http.post("/follows", json=order).json()["id"]
    list_episodes(api)
    importing = Importer(api.engine.database, api.library, work_dir, keep_free=lambda: 0)
    wait_until(importing.step, 20, "the folder is compared")
    return f"/follows/{number}/held"


def test_what_is_had_is_ticked_and_confirmed(visitors: Visitors, api: Api, held: str) -> None:
    found = {}
    for (theme, language), width in zip(TWO, (1280, 375), strict=True):
        page = visitors.page(api.url, color_scheme=theme, locale=language, viewport={"width": width, "height": 800})
        page.goto(held)
        found[theme] = findings(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert {look: each for look, each in found.items() if each} == {}
    page = visitors.page(api.url)
    page.goto(held)
    page.get_by_label("I have it: Le vent").check()
    page.get_by_label("only what appears from now on").check()
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("Le phare is followed.").wait_for()
    assert api.engine.value("SELECT count(*) FROM found_books WHERE is_wanted") == 2
    assert {row.title for row in api.engine.rows("SELECT title FROM audiobooks")} == {"La mer", "Le vent"}
