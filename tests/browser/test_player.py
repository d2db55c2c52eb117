"""Listening in a browser, to real sound."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import findings
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors
from tests.fixtures.workers import wait_until
from tests.sites.audio import AudioFactory

#: Of the one that sounds.
SOUND = "[...document.querySelectorAll('#player audio')].find((each) => !each.paused)"


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("sounds"))


def recorded(api: Api, sounds: AudioFactory, *seconds: float, is_measured: bool = True) -> int:
    """File a book whose parts last so long; return its id.

    Args:
        is_measured: Then it is known that all parts can be played as one file.
    """
    (item,) = api.engine.titled("The Lamp")
    files = {f"{n:02}.mp3": sounds.mp3(f"{n}", each) for n, each in enumerate(seconds)}
    book = api.file_book(item, files)
    for index, (name, data) in enumerate(files.items() if is_measured else ()):
        api.engine.execute(
            "INSERT INTO book_files (audiobook_id, index, name, size, sha256, duration_seconds) "
            "VALUES (:id, :index, :name, :size, '', :seconds)",
            id=book,
            index=index,
            name=name,
            size=len(data),
            seconds=len(data) / 8000,
        )
    api.engine.execute("DELETE FROM book_parts WHERE audiobook_id = :id", id=book)
    for index, each in enumerate(seconds):
        api.engine.execute(
            "INSERT INTO book_parts (audiobook_id, index, external_id, title, duration_seconds) "
            "VALUES (:id, :index, :name, :name, :seconds)",
            id=book,
            index=index,
            name=f"Chapter {index + 1}",
            seconds=each,
        )
    return book


def position(api: Api, book: int) -> Any:
    return api.get(f"/audiobooks/{book}/position")


def press_play(page: Page, book: int) -> None:
    page.goto(f"/books/{book}")
    page.locator("[data-play]").click()
    wait_until(lambda: page.evaluate(SOUND) is not None, 20, "it sounds")


def press_pause(page: Page) -> None:
    page.keyboard.press("Space")
    expect(page.locator("#player")).not_to_have_class("playing")


def is_past(page: Page, seconds: int) -> bool:
    """Return whether the player shows this time, or a later one: sound goes on, however seldom one looks."""
    minutes, rest = (page.locator("#player [data-is=now]").text_content() or "0:0").split(":")
    return 60 * int(minutes) + int(rest) >= seconds


def test_goes_on_where_one_was_on_one_timeline_with_the_chapter_marked(
    browser_page: Page, api: Api, sounds: AudioFactory
) -> None:
    book = recorded(api, sounds, 20, 30, 40)
    api.http.put(f"/audiobooks/{book}/position", json={"seconds": 31.0, "revision": 0}).raise_for_status()
    browser_page.goto(f"/books/{book}")
    button = browser_page.locator("[data-play]")
    expect(button).to_have_text("Continue at 0:31")
    button.click()
    expect(browser_page.locator("[data-chapter][aria-current]")).to_have_text("Chapter 2")
    wait_until(lambda: is_past(browser_page, 33), 10, "it goes on from there")
    assert browser_page.locator("#player [data-is=seek]").get_attribute("aria-valuetext") is not None
    expect(button).to_have_text("Pause")
    button.click()
    wait_until(lambda: position(api, book)["seconds"] >= 32, 10, "the place is saved")


def test_goes_on_at_the_end_of_a_part_while_no_script_runs(browser_page: Page, api: Api, sounds: AudioFactory) -> None:
    book = recorded(api, sounds, 6, 30)
    press_play(browser_page, book)
    browser_page.evaluate(f"{SOUND}.currentTime = 4.5")
    wait_until(lambda: browser_page.evaluate(f"{SOUND}.currentTime") > 4.6, 20, "it goes on there")
    # Nothing else of the page runs meanwhile, as behind a locked screen.
    browser_page.evaluate("(() => { const begun = performance.now(); while (performance.now() - begun < 4000); })()")
    assert browser_page.evaluate(f"{SOUND}.currentTime") > 8
    expect(browser_page.locator("[data-chapter][aria-current]")).to_have_text("Chapter 2")


def test_parts_that_cannot_be_one_file_follow_each_other(browser_page: Page, api: Api, sounds: AudioFactory) -> None:
    book = recorded(api, sounds, 2, 2, 30, is_measured=False)
    press_play(browser_page, book)
    expect(browser_page.locator("[data-chapter][aria-current]")).to_have_text("Chapter 3")
    wait_until(lambda: is_past(browser_page, 5), 10, "it goes on")
    browser_page.locator("h1").click()
    press_pause(browser_page)
    browser_page.locator("#player [data-is=seek]").fill("5")
    browser_page.locator("h1").click()
    browser_page.keyboard.press("Shift+ArrowLeft")
    expect(browser_page.locator("[data-chapter][aria-current]")).to_have_text("Chapter 2")


def test_sound_goes_on_while_one_moves_between_pages(browser_page: Page, api: Api, sounds: AudioFactory) -> None:
    book = recorded(api, sounds, 60)
    press_play(browser_page, book)
    boxes = [button.bounding_box() for button in browser_page.locator("#player .acts button").all()]
    assert len({round(box["y"] + box["height"] / 2) for box in boxes if box}) == 1, "its buttons are on one line"
    before = browser_page.evaluate(f"{SOUND}.currentTime")
    browser_page.get_by_role("navigation", name="Pages").get_by_role("link", name="Library").click()
    expect(browser_page).to_have_url(f"{api.url}/library")
    browser_page.keyboard.press("g")
    browser_page.keyboard.press("h")
    expect(browser_page).to_have_url(f"{api.url}/")
    assert browser_page.evaluate(f"{SOUND}.currentTime") > before
    browser_page.locator("#player [data-is=title]").click()
    expect(browser_page.locator("[data-play]")).to_have_text("Pause")


def test_all_is_done_by_keys_and_a_jump_is_taken_back(browser_page: Page, api: Api, sounds: AudioFactory) -> None:
    book = recorded(api, sounds, 40, 40, 40)
    press_play(browser_page, book)
    browser_page.locator("h1").click()
    press, now = browser_page.keyboard.press, browser_page.locator("#player [data-is=now]")
    press_pause(browser_page)
    began = now.text_content()
    press("Shift+ArrowRight")
    press("ArrowRight")  # soon after, so that both are one jump
    expect(now).to_have_text("1:10")
    expect(browser_page.get_by_role("button", name=f"Back to {began}")).to_be_visible()
    press("b")
    expect(browser_page.locator("[data-chapter][aria-current]")).to_have_text("Chapter 1")
    expect(now).to_have_text(str(began))
    press("Space")
    press("]")
    wait_until(lambda: browser_page.evaluate(f"{SOUND}?.playbackRate") == 1.1, 20, "it plays faster")
    press("?")
    expect(browser_page.get_by_role("dialog")).to_contain_text("back to where I was")


def test_two_devices_never_overwrite_each_other(visitors: Visitors, api: Api, sounds: AudioFactory) -> None:
    book = recorded(api, sounds, 100)
    page = visitors.page(api.url)
    visitors.expect("409")
    press_play(page, book)
    page.keyboard.press("ArrowRight")
    wait_until(lambda: position(api, book)["seconds"] > 29, 10, "the place is saved")
    known = position(api, book)["revision"]
    elsewhere = {"seconds": 82.0, "revision": known}
    api.http.put(f"/audiobooks/{book}/position", json=elsewhere).raise_for_status()
    page.keyboard.press("ArrowLeft")
    offer = page.locator("#player .offer")
    expect(offer).to_contain_text("Another device is at 1:22")
    page.keyboard.press("Space")
    assert position(api, book)["seconds"] == 82.0
    offer.get_by_role("button", name="Go there").click()
    wait_until(lambda: is_past(page, 82), 10, "it is there")
    expect(offer).to_be_hidden()
    wait_until(lambda: position(api, book)["revision"] > known + 1, 10, "the choice is saved")


def test_sleeps_at_the_end_of_a_chapter(browser_page: Page, api: Api, sounds: AudioFactory) -> None:
    book = recorded(api, sounds, 30, 30)
    press_play(browser_page, book)
    browser_page.get_by_label("Sleep timer").select_option("chapter")
    browser_page.evaluate(f"{SOUND}.currentTime = 28")
    expect(browser_page.locator("#player")).not_to_have_class("playing")
    expect(browser_page.get_by_label("Sleep timer")).to_have_value("")
    wait_until(lambda: 29 <= position(api, book)["seconds"] <= 30.1, 10, "the place is saved")


def test_sleeps_after_some_minutes_fading_and_steps_back_to_where_it_began_to_fade(
    browser_page: Page, api: Api, sounds: AudioFactory
) -> None:
    book = recorded(api, sounds, 400)
    browser_page.clock.install()
    press_play(browser_page, book)
    browser_page.evaluate(f"{SOUND}.currentTime = 300")
    sleep, bar = browser_page.get_by_label("Sleep timer"), browser_page.locator("#player")
    sleep.select_option("5")
    browser_page.clock.fast_forward("04:50")
    wait_until(lambda: 0.3 < browser_page.evaluate(f"{SOUND}.volume") < 0.7, 20, "it fades")
    expect(bar).to_have_class("playing")
    browser_page.clock.fast_forward("00:30")
    expect(bar).not_to_have_class("playing")
    expect(sleep).to_have_value("")
    wait_until(lambda: 270 < position(api, book)["seconds"] < 295, 10, "it is back where it began to fade")
    assert browser_page.evaluate("[...document.querySelectorAll('#player audio')].map((each) => each.volume)") == [1, 1]


def test_chapters_of_one_file_are_listed_marked_and_jumped_to(
    browser_page: Page, api: Api, sounds: AudioFactory
) -> None:
    book = recorded(api, sounds, 90)
    api.engine.execute("""UPDATE book_files SET chapters = '[[0, "The quay"], [30, "The boat"], [60, "The storm"]]'""")
    browser_page.goto(f"/books/{book}")
    expect(browser_page.get_by_role("heading", name="Chapters")).to_be_visible()
    expect(browser_page.locator(".front .edge line")).to_have_count(2)
    browser_page.get_by_role("link", name="The boat").click()
    expect(browser_page.locator("[data-chapter][aria-current]")).to_have_text("The boat")
    expect(browser_page.locator("#player [data-is=chapter]")).to_have_text(" · 2 / 3 · The boat")
    browser_page.keyboard.press("Shift+ArrowRight")
    expect(browser_page.locator("[data-chapter][aria-current]")).to_have_text("The storm")
    wait_until(lambda: is_past(browser_page, 60), 10, "it is there")
    browser_page.keyboard.press("b")
    expect(browser_page.locator("[data-chapter][aria-current]")).to_have_text("The boat")
    wait_until(lambda: position(api, book)["seconds"] >= 30, 10, "the place is saved")
    api.engine.execute("UPDATE audiobooks SET duration_seconds = 90")
    browser_page.goto("/library")
    expect(browser_page.locator(".card .edge .heard")).to_be_visible()


def test_nothing_is_saved_before_it_plays(browser_page: Page, api: Api, sounds: AudioFactory) -> None:
    book = recorded(api, sounds, 30)
    browser_page.goto(f"/books/{book}")
    expect(browser_page.locator("[data-play]")).to_be_visible()
    browser_page.goto("/library")
    assert position(api, book)["revision"] == 0


def test_a_browser_that_leaves_the_volume_to_the_device_is_shown_no_control_of_it(
    browser_page: Page, visitors: Visitors, api: Api, sounds: AudioFactory
) -> None:
    visitors.expect("409")  # where the place that the first page saved as it was left came after the second was made
    book = recorded(api, sounds, 30)
    browser_page.goto(f"/books/{book}")
    browser_page.locator("[data-play]").click()
    expect(browser_page.get_by_label("Volume")).to_be_visible()
    browser_page.add_init_script(
        "Object.defineProperty(HTMLMediaElement.prototype, 'volume', { get: () => 1, set: () => {} })"
    )
    browser_page.goto(f"/books/{book}")
    browser_page.locator("[data-play]").click()
    expect(browser_page.get_by_label("Speed")).to_be_visible()
    expect(browser_page.get_by_label("Volume")).to_be_hidden()


def test_a_place_that_is_saved_as_a_page_is_left_is_no_other_devices(
    browser_page: Page, visitors: Visitors, api: Api, sounds: AudioFactory
) -> None:
    visitors.expect("409")
    book = recorded(api, sounds, 30)
    press_play(browser_page, book)
    wait_until(lambda: browser_page.evaluate(f"{SOUND}?.currentTime > 0.2"), 20, "it is heard")
    browser_page.locator("[data-play]").click()
    wait_until(lambda: position(api, book)["seconds"] > 0, 10, "the place is saved")
    saved = position(api, book)

    # As where it arrives just after the next page was made, which knows nothing of it.
    api.engine.execute("UPDATE positions SET revision = 0")
    browser_page.goto(f"/books/{book}")
    api.engine.execute("UPDATE positions SET revision = :revision", revision=saved["revision"])
    browser_page.locator("[data-play]").click()
    wait_until(lambda: browser_page.evaluate(SOUND) is not None, 20, "it sounds")
    browser_page.locator("[data-play]").click()
    wait_until(lambda: position(api, book)["revision"] > saved["revision"], 10, "it goes on from there")
    expect(browser_page.locator("[data-do=there]")).to_be_hidden()


def test_what_the_lock_screen_shows_and_does(browser_page: Page, api: Api, sounds: AudioFactory) -> None:
    book = recorded(api, sounds, 40, 40)
    press_play(browser_page, book)
    told = "(({ title, album }) => [title, album])(navigator.mediaSession.metadata)"
    wait_until(lambda: browser_page.evaluate(told) == ["Chapter 1", "The Lamp"], 10, "it is told")
    browser_page.keyboard.press("Shift+ArrowRight")
    wait_until(lambda: browser_page.evaluate(told) == ["Chapter 2", "The Lamp"], 10, "the chapter is told")
    assert browser_page.evaluate("navigator.mediaSession.playbackState") == "playing"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_player(browser_page: Page, api: Api, sounds: AudioFactory, theme: str) -> None:
    browser_page.context.add_cookies([{"name": "theme", "value": theme, "url": api.url}])
    press_play(browser_page, recorded(api, sounds, 40, 40))
    browser_page.locator("h1").click()
    browser_page.keyboard.press("ArrowRight")
    expect(browser_page.get_by_role("button", name="Back to")).to_be_visible()
    assert findings(browser_page) == []


@pytest.mark.rows(102, 103)
def test_a_book_is_saved_to_the_device(browser_page: Page, api: Api, sounds: AudioFactory) -> None:
    browser_page.goto(f"/books/{recorded(api, sounds, 3, 3)}")
    with browser_page.expect_download() as archive:
        browser_page.get_by_role("link", name="Save to this device", exact=True).click()
    assert archive.value.suggested_filename == "The Lamp.zip"
    with browser_page.expect_download() as part:
        browser_page.get_by_role("link", name="Save part 2 to this device").click()
    assert part.value.suggested_filename == "01.mp3"
