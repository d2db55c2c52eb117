"""The pages of settings, of who gets in, and of how the parts of ohdio are."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.fixtures.api import Api, serve
from tests.fixtures.engine import Engine
from tests.fixtures.page import Page
from tests.integration.web.test_home import visit

BROWSER = {"Accept": "text/html"}
PASSWORD = "grand-duc des marais"


def after(api: Api, path: str, **fields: str) -> str:
    """Send a form; return the page that it leads to."""
    with httpx.Client(base_url=api.url, headers=BROWSER, trust_env=False, follow_redirects=True, timeout=60) as browser:
        return browser.post(path, data=fields).text


class TestSettings:
    def test_are_shown_with_their_value_and_where_it_comes_from(self, engine: Engine, tmp_path: Path) -> None:
        with serve(engine.url, tmp_path, OHDIO_USER_AGENT="Shelf/2", AWS_SECRET_ACCESS_KEY="a key of tests") as api:
            page = api.outside.get("/settings", headers=BROWSER).text
        assert 'name="value" value="0.5"' in page
        assert re.search(r"OHDIO_USER_AGENT</code>.*?Shelf/2</bdi>.*?given at the start", page, re.DOTALL)
        assert re.search(r"AWS_SECRET_ACCESS_KEY</code>((?!</code>).)*>secret<((?!</code>).)*given at", page, re.DOTALL)
        assert re.search(r"AWS_SESSION_TOKEN</code>((?!</code>).)*>not set<((?!</code>).)*the default", page, re.DOTALL)
        assert "hunter2" not in page
        assert "a key of tests" not in page

    def test_are_changed_at_once_and_returned_to_their_default(self, api: Api) -> None:
        page = after(api, "/settings/values/page_interval", value="2")
        interval = "Time between two page requests to one site"
        assert f"{interval}: 2\N{NO-BREAK SPACE}s now. <code>OHDIO_PAGE_INTERVAL_SECONDS</code>" in page
        assert "changed here on" in page
        (setting,) = [each for each in api.get("/settings")["items"] if each["name"] == "page_interval"]
        assert setting["value"] == 2
        page = after(api, "/settings/values/page_interval", reset="1")
        assert f"{interval}: 0.5\N{NO-BREAK SPACE}s again, the default. <code>OHDIO_PAGE_INTERVAL" in page

    @pytest.mark.parametrize("blank", ["", "  "])
    def test_that_are_blank_are_the_default_again(self, api: Api, blank: str) -> None:
        after(api, "/settings/values/download_hours", value="23:00-07:00")
        page = after(api, "/settings/values/download_hours", value=blank)
        assert "Hours of the day in which books are downloaded: the default again." in page
        (form,) = Page(page).all("form[action$='/download_hours']")
        assert "default: " not in " ".join(form.find("p").text_content().split())
        assert not api.engine.rows("SELECT name FROM settings")

    def test_that_an_earlier_version_stored_blank_are_the_default(self, api: Api) -> None:
        api.engine.execute("INSERT INTO settings (name, value) VALUES ('download_hours', '\"\"')")
        (setting,) = [each for each in api.get("/settings")["items"] if each["name"] == "download_hours"]
        assert (setting["value"], setting["source"]) == ("", "default")

    def test_that_cannot_be_are_told_by_the_words_above_their_field(self, api: Api) -> None:
        page = after(api, "/settings/values/download_hours", value="23:00-25:00")
        assert "Hours of the day in which books are downloaded. Times of the day are expected, from 0:00" in page

    def test_of_days_are_counted_in_french(self, api: Api) -> None:
        page = api.outside.get("/settings", headers=BROWSER | {"Accept-Language": "fr"}).text
        assert '<span class="quiet">j</span>' in page

    @pytest.mark.parametrize(("name", "value"), [("page_interval", "soon"), ("log_level", "loud"), ("nothing", "1")])
    def test_that_cannot_be_are_refused_in_words(self, api: Api, name: str, value: str) -> None:
        page = after(api, f"/settings/values/{name}", value=value)
        assert 'data-kind="refused"' in page
        assert not api.engine.rows("SELECT name FROM settings")

    def test_stand_by_what_a_person_wants_to_do_the_most_wanted_first(self, api: Api) -> None:
        page = visit(api, "/settings")
        titles = page.texts(".topic h2")
        assert titles[:3] == ["Downloads and speed", "Library and names", "Disk"]
        assert titles[-1] == "Time zone, log and servers"
        assert not set(titles) & set(page.texts(".tabs a"))
        assert [link.get("href") for link in page.all(".topics a")] == [
            f"#{each.get('id')}" for each in page.all(".topic h2")
        ]
        assert page.texts(".topic .settings code")[:2] == ["OHDIO_SPEED_LIMIT_KB", "OHDIO_DOWNLOAD_HOURS"]
        every = [each["variable"] for each in api.get("/settings")["items"]]
        assert sorted(page.texts(".topic :is(form, dt) code")) == every

    def test_are_in_french(self, api: Api) -> None:
        page = api.outside.get("/settings", headers=BROWSER | {"Accept-Language": "fr"}).text
        assert "Le temps entre deux requêtes de pages" in page
        assert "Time between" not in page


class TestNames:
    def test_are_tried_on_three_books(self, api: Api) -> None:
        page = api.outside.get("/settings/names", headers=BROWSER).text
        assert "Jules Verne/Voyages extraordinaires/6 - Vingt mille lieues sous les mers" in page
        assert "Alexandre Dumas, Auguste Maquet/Les Trois Mousquetaires" in page
        page = api.outside.get("/settings/names?template={author}/{year - }{title}", headers=BROWSER).text
        assert "Jules Verne/1870 - Vingt mille lieues sous les mers" in page
        assert "Charles Perrault/Contes - le Chat botté" in page
        assert not api.engine.rows("SELECT name FROM settings")

    def test_of_episodes_are_tried_and_saved_beside_those_of_books(self, api: Api) -> None:
        page = api.outside.get("/settings/names", headers=BROWSER).text
        assert "Carnet de bord/2026-11-28 - La tempête.mp3" in page
        tried = {"template": "{author}/{title}", "episodes": "Balados/{show}/{sequence - }{title}"}
        page = api.outside.get("/settings/names", params=tried, headers=BROWSER).text
        assert "Balados/Carnet de bord/2.07 - La tempête.mp3" in page
        assert "Balados/Nuits d’hiver/Entretien avec Noé Côté.mp3" in page
        assert "Jules Verne/Vingt mille lieues sous les mers<" in page
        page = after(api, "/settings/names", of="show_names", **tried)
        assert f"New episodes go to {tried['episodes']}." in page
        assert [tuple(row) for row in api.engine.rows("SELECT name, value FROM settings")] == [
            ("show_names", tried["episodes"])
        ]
        page = api.outside.get("/settings/names?episodes={title}", headers=BROWSER).text
        assert "so {show} must stand before the last /" in page
        page = after(api, "/settings/names", of="show_names", reset="1")
        assert "New episodes go to {show}/{date} - {title}." in page

    def test_that_are_wrong_say_where(self, api: Api) -> None:
        page = api.outside.get("/settings/names?template={author}/{titel}", headers=BROWSER).text
        assert 'aria-invalid="true"' in page
        assert "At character 11: there is no value called titel." in page
        french = api.outside.get("/settings/names?template={titre", headers=BROWSER | {"Accept-Language": "fr"}).text
        assert "Au caractère 1\N{NO-BREAK SPACE}: cette accolade n’est pas fermée." in french

    def test_that_are_refused_are_still_there_to_be_mended(self, api: Api) -> None:
        typed = {"template": "{author}/{titel}", "episodes": "Balados/{show}/{title}"}
        page = after(api, "/settings/names", of="book_names", **typed)
        assert 'data-kind="refused"' in page
        assert all(f'value="{text}"' in page for text in typed.values())
        assert "At character 11: there is no value called titel." in page
        assert not api.engine.rows("SELECT name FROM settings")

    def test_that_players_misread_say_so(self, api: Api) -> None:
        page = api.outside.get("/settings/names?template={language}/{author}/{title}", headers=BROWSER).text
        assert "take the folder above that of a book for its series" in page

    def test_are_saved_and_returned_to_the_default(self, api: Api) -> None:
        page = after(api, "/settings/names", template="{author}/{title}")
        assert "New books go to {author}/{title}." in page
        assert api.engine.rows("SELECT value FROM settings")[0].value == "{author}/{title}"
        page = after(api, "/settings/names", template="{title", reset="")
        assert 'data-kind="refused"' in page
        page = after(api, "/settings/names", reset="1")
        assert "New books go to {author}/{series}/{sequence - }{title}." in page


class TestWhoGetsIn:
    def test_begins_with_nobody_and_the_first_is_a_manager(self, api: Api) -> None:
        page = api.outside.get("/settings/people", headers=BROWSER).text
        assert "There is no account yet." in page
        assert '<option value="manager" selected>' in page
        page = after(api, "/settings/people", name="Odile", password=PASSWORD, role="manager")
        assert "Odile can sign in now." in page
        assert '<option value="listener" selected>' in page

    def test_is_changed_and_removed(self, api: Api) -> None:
        after(api, "/settings/people", name="Odile", password=PASSWORD, role="manager")
        after(api, "/settings/people", name="Camille", password=PASSWORD, role="listener")
        (camille,) = [each["id"] for each in api.get("/accounts")["items"] if each["name"] == "Camille"]
        assert "The account of Camille is changed." in after(api, f"/settings/people/{camille}", role="manager")
        assert "The account is removed." in after(api, f"/settings/people/{camille}", remove="1")
        (odile,) = [each["id"] for each in api.get("/accounts")["items"]]
        assert "One manager must stay" in after(api, f"/settings/people/{odile}", remove="1")

    def test_lists_the_browsers_that_are_signed_in_and_signs_them_out(self, guarded_api: Api) -> None:
        firefox = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
        with httpx.Client(
            base_url=guarded_api.url,
            headers=BROWSER | {"User-Agent": firefox},
            trust_env=False,
            follow_redirects=True,
            timeout=60,
        ) as browser:
            browser.post("/login", data={"token": "a-secret-of-the-test"})
            page = browser.get("/settings/people").text
            assert "Firefox, Android" in page
            assert "this browser" in page
            (session,) = guarded_api.get("/sessions")["items"]
            page = browser.post(f"/settings/people/sessions/{session['id']}/end").text
            assert "Set a password" in page

    def test_shows_names_as_text(self, api: Api) -> None:
        page = after(api, "/settings/people", name="<b>Odile</b>{{ 7*7 }}", password=PASSWORD, role="manager")
        assert "<b>Odile" not in page
        assert "&lt;b&gt;Odile&lt;/b&gt;{{ 7*7 }}" in page


class TestAccount:
    def test_of_this_machine_says_how_it_is_let_in_and_what_asks_for_a_password(self, api: Api) -> None:
        page = visit(api, "/account")
        assert page.texts("h1") == ["This machine"]
        assert page.all("main form") == []
        assert page.texts("main code") == ["OHDIO_API_TOKEN", "HOST=0.0.0.0"]
        assert "/account" in [link.get("href") for link in visit(api, "/settings/people").all("main .unasked a")]

    def test_signs_out_whoever_signed_in_and_nobody_else(self, guarded_api: Api) -> None:
        page = guarded_api.http.get(f"{guarded_api.url}/account", headers=BROWSER).text
        assert "This request brought the token." in page
        assert "/login/end" not in page
        with httpx.Client(base_url=guarded_api.url, headers=BROWSER, trust_env=False, timeout=60) as browser:
            browser.post("/login", data={"token": "a-secret-of-the-test"})
            assert "/login/end" in browser.get("/account").text
            assert "unasked" not in browser.get("/settings/people").text

    def test_gets_another_password_from_whoever_knows_the_present_one(self, guarded_api: Api) -> None:
        account = {"name": "Odile", "password": PASSWORD, "role": "manager"}
        assert guarded_api.http.post("/accounts", json=account).status_code == 201
        with httpx.Client(base_url=guarded_api.url, headers=BROWSER, trust_env=False, timeout=60) as browser:
            browser.post("/login", data={"name": "Odile", "password": PASSWORD})
            assert "Odile" in browser.get("/account").text
            wrong = browser.post("/account/password", data={"password": "wrong", "new": "another password"})
            assert wrong.status_code == 403
            short = browser.post("/account/password", data={"password": PASSWORD, "new": "short"})
            assert "8 to 200" in short.text
            right = browser.post("/account/password", data={"password": PASSWORD, "new": "another password"})
            assert right.headers["location"] == "/login"
            assert browser.get("/").status_code == 303
            assert browser.post("/login", data={"password": "another password"}).status_code == 303


class TestSystem:
    def test_shows_workers_and_what_each_does(self, api: Api) -> None:
        worker = api.engine.worker(threads=2)
        (item,) = api.engine.titled("Le phare")
        api.engine.admit()
        assert api.engine.claim(item, worker) is not None
        page = api.outside.get("/settings/system", headers=BROWSER).text
        assert "1 of 2 threads busy" in page
        assert "Le phare" in page
        (shown,) = api.get("/workers")["items"]
        assert [work["title"] for work in shown["running"]] == ["Le phare"]
        assert shown["id"] == str(worker.id)

    def test_says_what_is_well_and_what_is_not(self, api: Api) -> None:
        page = api.outside.get("/settings/system", headers=BROWSER).text
        assert "takes messages" in page
        assert "No worker was heard within a day." in page
