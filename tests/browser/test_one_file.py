"""Listening in a browser to a book that is one M4B of several parts."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.book_form import BookForm
from ohdio_downloader.packaging import VerifiedPart
from ohdio_downloader.packagings import packaging_for
from ohdio_downloader.workdir import WorkDir
from tests.browser.test_player import SOUND, press_play
from tests.fixtures.api import Api
from tests.fixtures.workers import wait_until
from tests.sites.audio import AudioFactory

PARTS = tuple(Part(index, f"m-{index}", f"Chapter {index + 1}") for index in range(3))


@pytest.fixture
def book(api: Api, tmp_path: Path) -> int:
    """A book whose parts, of twenty seconds each, were joined."""
    sounds = AudioFactory(tmp_path / "recordings")
    with WorkDir(tmp_path, "1") as work_dir:
        details = BookDetails(title="The Lamp", parts=PARTS)
        files = packaging_for(BookForm.M4B, details, work_dir, name_bytes=200, check=lambda: None, keep_free=0)
        for part in PARTS:
            path = work_dir.fetch_path(part).with_suffix(".m4a")
            path.write_bytes(sounds.mp4(part.external_id, 20))
            files.add(VerifiedPart(part, path, timedelta(seconds=20), (), None))
        packaged = files.close()
        (file,) = packaged.files
        data = (packaged.directory / file.name).read_bytes()
    (item,) = api.engine.titled("The Lamp")
    filed = api.file_book(item, {file.name: data})
    api.engine.execute("DELETE FROM book_parts WHERE audiobook_id = :id", id=filed)
    for part in PARTS:
        api.engine.execute(
            "INSERT INTO book_parts (audiobook_id, index, external_id, title) VALUES (:id, :index, :name, :title)",
            id=filed,
            index=part.index,
            name=part.external_id,
            title=part.title,
        )
    api.engine.execute(
        "INSERT INTO book_files (audiobook_id, index, name, size, sha256, duration_seconds, chapters) "
        "VALUES (:id, 0, :name, :size, '', :seconds, CAST(:chapters AS jsonb))",
        id=filed,
        name=file.name,
        size=len(data),
        seconds=file.duration_seconds,
        chapters=json.dumps(file.chapters),
    )
    return filed


def test_is_heard_at_three_places_with_the_chapter_marked(browser_page: Page, book: int) -> None:
    press_play(browser_page, book)
    wait_until(lambda: browser_page.evaluate(f"{SOUND}.duration > 59.8 && {SOUND}.duration < 60.2"), 20, "it is known")
    expect(browser_page.locator("#parts")).to_have_text("Chapters")
    for second, chapter in ((50, "Chapter 3"), (5, "Chapter 1"), (38.5, "Chapter 3")):
        browser_page.evaluate(f"{SOUND}.currentTime = {second}")
        heard = second + 2
        wait_until(lambda heard=heard: browser_page.evaluate(f"{SOUND}.currentTime") >= heard, 20, "it sounds there")  # type: ignore[misc]
        expect(browser_page.locator("[data-chapter][aria-current]")).to_have_text(chapter)
