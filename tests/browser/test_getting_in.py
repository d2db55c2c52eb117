"""Getting in: a first visit sets a password, a listener is offered nothing that changes something, a link signs in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from ohdio_api.first_visit import first_code, new_link
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors, is_told

TOKEN = "a-secret-of-the-test"
PASSWORD = "grand-duc des marais"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def sign_in(page: Page, name: str | None = None) -> None:
    if name is not None:
        page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.rows(10, 14)
@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_a_first_visit_sets_a_password_and_comes_to_the_page_that_was_asked_for(
    visitors: Visitors, guarded_api: Api, options: dict[str, object]
) -> None:
    page = visitors.page(guarded_api.url, **options)
    page.goto("/library")
    page.get_by_label("Code").fill(first_code(TOKEN))
    page.get_by_label("Your name").fill("Odile")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set a password").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()
    page.get_by_role("link", name="Odile").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page)
    expect(page.get_by_label("Links of categories, feeds or books")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_wrong_password_is_told_in_the_form(visitors: Visitors, guarded_api: Api) -> None:
    guarded_api.http.post("/accounts", json={"name": "Odile", "password": PASSWORD, "role": "manager"})
    visitors.expect("403")
    page = visitors.page(guarded_api.url)
    page.goto("/")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("That is not the password of this name.")
    expect(page.get_by_label("Password")).to_be_focused()
    sign_in(page)
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def test_a_listener_is_offered_nothing_that_changes_something(visitors: Visitors, guarded_api: Api) -> None:
    guarded_api.engine.titled("Le phare")
    for name, role in (("Odile", "manager"), ("Camille", "listener")):
        account = {"name": name, "password": PASSWORD, "role": role}
        guarded_api.http.post("/accounts", json=account).raise_for_status()
    page = visitors.page(guarded_api.url)
    page.goto("/")
    sign_in(page, "Camille")
    expect(page.get_by_role("link", name="Le phare")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    expect(page.get_by_role("button", name="Add")).to_have_count(0)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_role("link", name="Settings")).to_have_count(0)
    expect(page.get_by_role("link", name="Library")).to_be_visible()


def test_a_link_signs_one_browser_in(visitors: Visitors, guarded_api: Api) -> None:
    page = visitors.page(guarded_api.url, **PHONE)
    page.goto(f"/login/link?key={new_link(TOKEN)}")
    page.get_by_role("button", name="Sign this browser in").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def test_a_manager_lets_somebody_in_and_signs_a_browser_out(visitors: Visitors, guarded_api: Api) -> None:
    guarded_api.http.post("/accounts", json={"name": "Odile", "password": PASSWORD, "role": "manager"})
    manager, listener = visitors.page(guarded_api.url), visitors.page(guarded_api.url)
    manager.goto("/settings/people")
    sign_in(manager)
    manager.get_by_text("Add somebody").click()
    adding = manager.locator("details.adding")
    adding.get_by_label("Name").fill("Camille")
    adding.get_by_label("Password").fill(PASSWORD)
    adding.get_by_role("button", name="Add").click()
    expect(manager.get_by_text("Camille can sign in now.")).to_be_visible()
    listener.goto("/")
    sign_in(listener, "Camille")
    expect(listener.get_by_role("heading", name="Queue")).to_be_visible()
    manager.goto("/settings/people")
    manager.locator(".of-session", has_text="Camille").get_by_role("button", name="Sign out").click()
    expect(manager.get_by_text("That browser is signed out.")).to_be_visible()
    visitors.expect("401")  # of the stream of events
    listener.goto("/library")
    expect(listener.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_setting_is_changed_and_returned_to_its_default(visitors: Visitors, api: Api) -> None:
    page = visitors.page(api.url)
    page.goto("/settings")
    field = page.get_by_label("Time between two page requests to one site")
    field.fill("2")
    field.press("Enter")
    expect(page.get_by_text("Time between two page requests to one site: 2\u00a0s now.")).to_be_visible()
    page.get_by_role("button", name="Use the default").click()
    expect(
        page.get_by_text("Time between two page requests to one site: 0.5\u00a0s again, the default.")
    ).to_be_visible()


def test_a_browser_that_was_signed_out_says_so_and_asks_for_no_stream_any_more(
    visitors: Visitors, guarded_api: Api
) -> None:
    guarded_api.http.post("/accounts", json={"name": "Odile", "password": PASSWORD, "role": "manager"})
    visitors.expect("401")
    page = visitors.page(guarded_api.url)
    # As often as can be, and by a worker of its own, whose requests are seen here.
    page.add_init_script("delete window.SharedWorker")
    page.route("**/shell/stream.js", _impatient)
    page.goto("/sources")
    sign_in(page)
    is_told(page)
    (session,) = guarded_api.get("/sessions")["items"]
    guarded_api.http.delete(f"/sessions/{session['id']}").raise_for_status()
    expect(page.get_by_text("Signed out")).to_be_visible()
    expect(page.get_by_text("Not connected")).to_be_hidden()
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    streams: list[str] = []
    page.on("request", lambda request: streams.extend([request.url] if "/events" in request.url else []))
    for _ in range(5):
        page.evaluate("fetch('/health')")
    assert streams == []
    page.get_by_role("status").get_by_role("link", name="Sign in").click()
    sign_in(page)
    is_told(page)
    expect(page.get_by_role("heading", name="Sources")).to_be_visible()


def _impatient(route: Route) -> None:
    answer = route.fetch()
    script = answer.text().replace("again = 4_000", "again = 1")
    assert script != answer.text()
    route.fulfill(response=answer, body=script)


def test_windows_of_two_people_share_no_stream(visitors: Visitors, guarded_api: Api) -> None:
    for name, role in (("Odile", "manager"), ("Camille", "listener")):
        account = {"name": name, "password": PASSWORD, "role": role}
        guarded_api.http.post("/accounts", json=account).raise_for_status()
    hers = visitors.page(guarded_api.url)
    hers.goto("/library")
    sign_in(hers, "Odile")
    is_told(hers)
    other = hers.context.new_page()
    other.goto("/account")
    other.get_by_role("button", name="Sign out").click()
    expect(hers.get_by_text("Signed out")).to_be_visible()
    sign_in(other, "Camille")
    is_told(other)
    expect(hers.get_by_text("Signed out")).to_be_visible()
    assert guarded_api.watchers() == 1
    hers.get_by_role("status").get_by_role("link", name="Sign in").click()
    expect(hers.get_by_role("link", name="Camille")).to_be_visible()
    is_told(hers)
    assert guarded_api.watchers() == 1
