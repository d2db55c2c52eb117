"""Accounts and sessions by the API, and what a listener may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from ohdio_api.accounts.known import KnownAccounts
from ohdio_api.first_visit import first_code
from tests.fixtures.api import Api
from tests.integration.api.filed_books import filed

PASSWORD = "grand-duc des marais"


@pytest.fixture
def listener(guarded_api: Api) -> Iterator[httpx.Client]:
    """A browser in which a listener is signed in, beside a manager."""
    add(guarded_api, "Odile", "manager")
    add(guarded_api, "Camille", "listener")
    with httpx.Client(base_url=guarded_api.url, trust_env=False, timeout=20) as browser:
        answer = browser.post("/login", data={"name": "Camille", "password": PASSWORD})
        assert answer.status_code == 303
        yield browser


def add(api: Api, name: str, role: str) -> int:
    answer = api.http.post("/accounts", json={"name": name, "password": PASSWORD, "role": role})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


class TestAccount:
    def test_is_listed_by_name_and_shows_no_password(self, guarded_api: Api) -> None:
        add(guarded_api, "zoé", "manager")
        add(guarded_api, "Ada", "listener")
        answer = guarded_api.http.get("/accounts")
        assert [(each["name"], each["role"]) for each in answer.json()["items"]] == [
            ("Ada", "listener"),
            ("zoé", "manager"),
        ]
        assert "scrypt" not in answer.text

    def test_of_a_name_that_is_taken_is_refused(self, guarded_api: Api) -> None:
        add(guarded_api, "Odile", "manager")
        answer = guarded_api.http.post("/accounts", json={"name": "ODILE", "password": PASSWORD})
        assert answer.status_code == 409
        assert answer.json()["detail"] == "There is an account called ODILE already."

    def test_gets_another_password_which_signs_its_browsers_out(self, guarded_api: Api, listener: httpx.Client) -> None:
        (camille,) = [each["id"] for each in guarded_api.get("/accounts")["items"] if each["name"] == "Camille"]
        guarded_api.http.patch(f"/accounts/{camille}", json={"password": "another password"}).raise_for_status()
        assert listener.get("/api/v1/queue").status_code == 401
        assert listener.post("/login", data={"name": "Camille", "password": PASSWORD}).status_code == 403
        assert listener.post("/login", data={"name": "Camille", "password": "another password"}).status_code == 303

    def test_that_is_removed_is_signed_out(self, guarded_api: Api, listener: httpx.Client) -> None:
        (camille,) = [each["id"] for each in guarded_api.get("/accounts")["items"] if each["name"] == "Camille"]
        assert guarded_api.http.delete(f"/accounts/{camille}").status_code == 204
        assert listener.get("/api/v1/queue").status_code == 401
        assert guarded_api.http.delete(f"/accounts/{camille}").status_code == 404

    def test_of_a_listener_cannot_be_the_first(self, guarded_api: Api) -> None:
        answer = guarded_api.http.post("/accounts", json={"name": "Camille", "password": PASSWORD})
        assert answer.status_code == 409
        assert answer.json()["detail"] == "Make the account of a manager first."

    def test_of_the_last_manager_stays_one(self, guarded_api: Api) -> None:
        odile = add(guarded_api, "Odile", "manager")
        assert guarded_api.http.delete(f"/accounts/{odile}").status_code == 409
        assert guarded_api.http.patch(f"/accounts/{odile}", json={"role": "listener"}).status_code == 409
        add(guarded_api, "Ada", "manager")
        assert guarded_api.http.patch(f"/accounts/{odile}", json={"role": "listener"}).status_code == 200


class TestSession:
    def test_is_listed_with_whose_it_is_and_can_be_ended(self, guarded_api: Api, listener: httpx.Client) -> None:
        (session,) = guarded_api.get("/sessions")["items"]
        assert session["account"]["name"] == "Camille"
        assert session["browser"].startswith("python-httpx")
        assert guarded_api.http.delete(f"/sessions/{session['id']}").status_code == 204
        assert listener.get("/api/v1/queue").status_code == 401
        assert guarded_api.http.delete(f"/sessions/{session['id']}").status_code == 404

    def test_that_is_ended_is_told_nothing_more(self, guarded_api: Api, listener: httpx.Client) -> None:
        with listener.stream("GET", "/api/v1/events") as stream:
            lines = stream.iter_lines()
            next(lines)
            (session,) = guarded_api.get("/sessions")["items"]
            guarded_api.http.delete(f"/sessions/{session['id']}").raise_for_status()
            assert not any(line.startswith("event: queue_item") for line in lines), "the stream comes to its end"
        assert listener.get("/api/v1/events").status_code == 401

    def test_is_told_nothing_in_the_place_of_another(self, guarded_api: Api, listener: httpx.Client) -> None:
        (session,) = guarded_api.get("/sessions")["items"]
        mine = f"session-{session['id']}"
        with listener.stream("GET", "/api/v1/events", params={"caller": mine}) as stream:
            assert stream.status_code == 200
        for other in (f"{mine}0", "session-", ""):
            assert listener.get("/api/v1/events", params={"caller": other}).status_code == 401
        assert f'data-caller="{mine}"' in listener.get("/", headers={"Accept": "text/html"}).text

    def test_ends_streams_also_of_whom_a_proxy_names(self, guarded_api: Api) -> None:
        ended: list[str] = []
        known = KnownAccounts(guarded_api.engine.database, lambda: ended.append("all"))
        known.read()
        add(guarded_api, "Odile", "manager")  # the first: whoever has no account is a listener from now on
        known.read()
        assert len(ended) == 1
        camille = add(guarded_api, "Camille", "manager")
        known.read()
        ended.clear()
        guarded_api.http.patch(f"/accounts/{camille}", json={"role": "listener"}).raise_for_status()
        known.read()
        known.read()
        assert len(ended) == 1


class TestListener:
    @pytest.mark.parametrize("path", ["/", "/library", "/api/v1/queue", "/api/v1/audiobooks", "/api/v1/scrapes"])
    def test_reads(self, listener: httpx.Client, path: str) -> None:
        assert listener.get(path).status_code == 200

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", "/api/v1/submissions"),
            ("POST", "/api/v1/queue/pause"),
            ("PUT", "/api/v1/queue/limit"),
            ("DELETE", "/api/v1/queue/1"),
            ("DELETE", "/api/v1/audiobooks/1"),
            ("POST", "/api/v1/accounts"),
            ("GET", "/api/v1/accounts"),
            ("GET", "/api/v1/sessions"),
            ("GET", "/api/v1/settings"),
            ("PUT", "/api/v1/settings/page_interval"),
            ("GET", "/add?url=https://stories.example/feed.xml"),
            ("POST", "/add"),
            ("POST", "/queue/pause"),
            ("GET", "/settings"),
            ("GET", "/settings%0A"),
            ("GET", "/api/v1/accounts%0A"),
            ("GET", "/add%0A?url=https://stories.example/feed.xml"),
            ("GET", "/sources?q=phare"),
            ("GET", "/api/v1/search?q=phare"),
            ("GET", "/api/v1/listeners"),
            ("GET", "/library/trash"),
            ("GET", "/library/trash?empty=1"),
            ("GET", "/library/missing"),
            ("GET", "/api/v1/library/trash"),
            ("GET", "/api/v1/library/missing"),
        ],
    )
    def test_changes_nothing(self, listener: httpx.Client, method: str, path: str) -> None:
        answer = listener.request(method, path)
        assert answer.status_code == 403
        assert answer.json()["message"]["id"] == "role.listener"

    def test_is_told_so_in_a_page(self, listener: httpx.Client) -> None:
        answer = listener.get("/settings", headers={"Accept": "text/html"})
        assert answer.status_code == 403
        assert "ask a manager of this ohdio" in answer.text
        assert "<nav" in answer.text

    def test_is_shown_no_way_to_lists_that_are_there_for_orders(self, guarded_api: Api, listener: httpx.Client) -> None:
        (one, _), _ = filed(guarded_api, "One"), filed(guarded_api, "Two")
        guarded_api.http.delete(f"/audiobooks/{one}").raise_for_status()
        page = listener.get("/library", headers={"Accept": "text/html"}).text
        assert "Two" in page
        assert "/library/trash" not in page
        assert "/library/missing" not in page

    def test_chooses_language_and_colours(self, listener: httpx.Client) -> None:
        assert listener.post("/language", data={"language": "fr"}).status_code == 303
        assert listener.post("/theme", data={"theme": "dark"}).status_code == 303


class TestPlacesInBooks:
    @pytest.fixture
    def book(self, guarded_api: Api) -> int:
        """A book in the library."""
        (item,) = guarded_api.engine.titled("Le phare")
        return guarded_api.file_book(item, {"01.mp3": b"sound"})

    def test_belong_to_whoever_is_signed_in(self, guarded_api: Api, listener: httpx.Client, book: int) -> None:
        path = f"/api/v1/audiobooks/{book}/position"
        assert listener.put(path, json={"seconds": 40, "revision": 0}).status_code == 200
        assert guarded_api.get(f"/audiobooks/{book}/position")["revision"] == 0
        assert listener.get(path).json()["seconds"] == 40
        assert [each["name"] for each in guarded_api.get("/listeners")["items"]] == [None, "Camille"]

    def test_from_before_there_were_accounts_are_those_of_the_first(self, guarded_api: Api, book: int) -> None:
        guarded_api.http.put(f"/audiobooks/{book}/position", json={"seconds": 40, "revision": 0}).raise_for_status()
        with httpx.Client(base_url=guarded_api.url, trust_env=False, timeout=20) as browser:
            first = {"code": first_code("a-secret-of-the-test"), "name": "Odile", "password": PASSWORD}
            assert browser.post("/login/first", data=first).status_code == 303
            assert browser.get(f"/api/v1/audiobooks/{book}/position").json()["seconds"] == 40

    def test_of_others_are_no_matter_of_a_listener(self, guarded_api: Api, listener: httpx.Client, book: int) -> None:
        path = f"/api/v1/audiobooks/{book}/position"
        answer = listener.put(path, params={"listener": 1}, json={"seconds": 40, "revision": 0})
        assert answer.status_code == 403
        assert listener.delete("/api/v1/listeners/1").status_code == 403
        own = [each["id"] for each in guarded_api.get("/listeners")["items"] if each["name"] == "Camille"]
        assert listener.get(path, params={"listener": own[0]}).status_code == 200
