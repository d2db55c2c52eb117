"""People, programs and players are told what becomes of books, by receivers that are simulated here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import time, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from ohdio_api.telling.quiet import QuietHours
from ohdio_api.telling.teller import Teller
from tests.fixtures.api import Api
from tests.fixtures.workers import wait_until
from tests.integration.api.test_scrapes import scan
from tests.integration.sources.origin import Seen, send

HOOK = "/hooks/a-secret-path"


def add(api: Api, kind: str, path: str = HOOK, **more: Any) -> dict[str, Any]:
    """Make the origin one who is told."""
    api.origin.answer(path)
    scheme = api.origin.url.replace("http://", "json://") if kind == "apprise" else api.origin.url
    answer = api.http.post("/channels", json={"kind": kind, "address": scheme + path, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def settle(api: Api, channel: dict[str, Any]) -> None:
    """Order that what waits is looked at now."""
    assert api.http.post(f"/channels/{channel['id']}/retry").status_code == 200


def fail(api: Api, *titles: str) -> None:
    for item in api.engine.titled(*titles):
        api.engine.execute("UPDATE queue_items SET status = 'failed', error = 'It is gone.' WHERE id = :id", id=item)


def is_signed(seen: Seen, secret: str) -> bool:
    signed = f"{seen.headers['webhook-id']}.{seen.headers['webhook-timestamp']}.".encode() + seen.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return seen.headers["webhook-signature"] == f"v1,{expected}"


def arrived(api: Api, path: str = HOOK) -> list[Seen]:
    return [seen for seen in api.origin.requests if seen.path == path]


def test_a_webhook_is_told_of_each_event_signed(api: Api) -> None:
    channel = add(api, "webhook")
    (item,) = api.engine.titled("The lamp")
    book = api.book_of(item)
    api.engine.execute("UPDATE queue_items SET needs_person = true, wait_reason = 'The disk is full.'")
    api.engine.execute("UPDATE queue_items SET needs_person = false, status = 'failed', error = 'It is gone.'")
    api.engine.execute("UPDATE audiobooks SET filed_at = now()")
    api.engine.execute("UPDATE audiobooks SET filed_at = now()")
    settle(api, channel)
    wait_until(lambda: len(arrived(api)) == 3, 20, "all has arrived")
    assert all(is_signed(seen, channel["secret"]) for seen in arrived(api))
    told = [json.loads(seen.body) for seen in arrived(api)]
    assert [(each["type"], each["data"]["title"], each["data"]["reason"]) for each in told] == [
        ("needs_person", "The lamp", "The disk is full."),
        ("failed", "The lamp", "It is gone."),
        ("completed", "The lamp", None),
    ]
    assert {each["data"]["audiobook_id"] for each in told} == {book}
    deliveries = api.get(f"/channels/{channel['id']}/deliveries")["items"]
    wait_until(lambda: api.get("/channels")["items"][0]["waiting"] == 0, 20, "all is noted")
    assert [each["attempts"] for each in deliveries] == [1, 1, 1]


def test_a_receiver_with_faults_loses_and_doubles_nothing(api: Api) -> None:
    channel = add(api, "webhook")
    faults = iter(["503", "cut", "500", "cut", "429"])
    known: dict[str, bytes] = {}

    def reply(handler: BaseHTTPRequestHandler) -> None:
        fault = next(faults, "")
        if fault.isdecimal():
            send(handler, b"later", int(fault))
            return
        seen = api.origin.requests[-1]
        # What it has taken it takes again under its id, and must be the same.
        assert known.setdefault(seen.headers["webhook-id"], seen.body) == seen.body
        if fault == "cut":
            handler.close_connection = True
            return
        send(handler)

    api.origin.answers[HOOK] = reply
    fail(api, *(f"Book {number}" for number in range(8)))

    def is_done() -> bool:
        settle(api, channel)
        (shown,) = api.get("/channels")["items"]
        return len(known) == 8 and shown["waiting"] == 0

    wait_until(is_done, 30, "all has arrived")
    assert {json.loads(body)["data"]["title"] for body in known.values()} == {f"Book {n}" for n in range(8)}
    assert len(arrived(api)) == 8 + 5
    assert api.get("/channels")["items"][0]["error"] is None


def test_who_does_not_answer_is_tried_later_and_the_page_says_why(api: Api) -> None:
    channel = add(api, "webhook")
    api.origin.answer(HOOK, b"", 503)
    fail(api, "The lamp", "The lighthouse")
    settle(api, channel)
    wait_until(lambda: bool(api.get("/channels")["items"][0]["error"]), 20, "an attempt has failed")
    (shown,) = api.get("/channels")["items"]
    assert (shown["waiting"], shown["error"]) == (2, "HTTP 503 was answered.")
    # What else goes there waits as well.
    waits = [
        row.wait for row in api.engine.rows("SELECT next_attempt_at > now() + interval '5 s' AS wait FROM deliveries")
    ]
    assert waits == [True, True]
    assert HOOK not in api.http.get("/channels").text
    assert channel["secret"] not in api.http.get("/channels").text
    api.http.delete(f"/channels/{channel['id']}")
    assert api.engine.rows("SELECT FROM deliveries") == []


def test_what_was_given_up_is_tried_as_often_as_if_it_were_new_and_its_attempts_stay_seen(api: Api) -> None:
    channel = add(api, "webhook")
    api.origin.answer(HOOK, b"", 503)
    fail(api, "The lamp")

    def message() -> dict[str, Any]:
        (seen,) = api.get(f"/channels/{channel['id']}/deliveries")["items"] or [{"attempts": 0}]
        return dict(seen)

    settle(api, channel)
    wait_until(lambda: message()["attempts"] == 1 and message()["error"], 20, "an attempt has failed")
    api.engine.execute("UPDATE deliveries SET attempts = 40, next_attempt_at = NULL")
    assert api.get("/channels")["items"][0]["given_up"] == 1
    settle(api, channel)
    wait_until(lambda: message()["attempts"] == 41, 20, "it is tried again")
    is_soon = "SELECT next_attempt_at BETWEEN now() AND now() + interval '12 s' FROM deliveries"
    wait_until(lambda: api.engine.value(is_soon) is True, 20, "it is tried again soon, as after a first attempt")
    api.origin.answer(HOOK)
    settle(api, channel)
    wait_until(lambda: message()["delivered_at"], 20, "it has arrived")
    assert message()["attempts"] == 42


def test_people_get_one_message_for_all_that_was_gathered(api: Api) -> None:
    channel = add(api, "apprise", language="fr")
    fail(api, "The lamp", "The lighthouse")
    settle(api, channel)
    assert api.engine.value("SELECT count(*) FROM notices") == 2  # ten minutes are not over
    api.engine.execute("UPDATE notices SET at = at - interval '1 hour'")
    settle(api, channel)
    wait_until(lambda: bool(arrived(api)), 20, "it has arrived")
    (seen,) = arrived(api)
    message = json.loads(seen.body)
    assert message["title"] == "ohdio: 2 en échec."
    assert message["message"].splitlines()[0] == "En échec\N{NO-BREAK SPACE}: The lamp\N{NO-BREAK SPACE}: It is gone."


def test_a_scan_that_failed_is_told(api: Api) -> None:
    channel = add(api, "webhook", events=["needs_person"])
    number = scan(api, 1)
    for status in ("processing", "failed"):
        api.engine.execute("UPDATE scrapes SET status = :status, error = 'It is away.'", status=status)
    settle(api, channel)
    wait_until(lambda: bool(arrived(api)), 20, "it has arrived")
    told = json.loads(arrived(api)[0].body)
    assert (told["type"], told["data"]["title"], told["data"]["reason"]) == (
        "needs_person",
        "stories.example",
        "It is away.",
    )
    assert api.get(f"/scrapes/{number}")["status"] == "failed"


def test_people_are_left_alone_in_quiet_hours(api: Api) -> None:
    add(api, "apprise")
    fail(api, "The lamp")
    always = QuietHours(time(), time.max)
    Teller(api.engine.database, api.vault, timedelta, lambda: always).step()
    assert api.engine.value("SELECT count(*) FROM notices") == 1
    Teller(api.engine.database, api.vault, timedelta, QuietHours).step()
    assert json.loads(arrived(api)[0].body)["message"] == "Failed: The lamp: It is gone."


@pytest.mark.parametrize(
    ("kind", "answers", "asked"),
    [
        (
            "audiobookshelf",
            {
                "/api/libraries": json.dumps(
                    {"libraries": [{"id": "b1", "mediaType": "book"}, {"id": "p", "mediaType": "podcast"}]}
                ).encode(),
                "/api/libraries/b1/scan": b"OK",
            },
            [("GET", "/api/libraries", "authorization"), ("POST", "/api/libraries/b1/scan", "authorization")],
        ),
        ("jellyfin", {"/Library/Refresh": b""}, [("POST", "/Library/Refresh", "authorization")]),
        (
            "plex",
            {"/library/sections/all/refresh": b""},
            [("GET", "/library/sections/all/refresh", "x-plex-token")],
        ),
    ],
)
def test_a_player_looks_at_its_library_once_for_several_books(
    api: Api, kind: str, answers: dict[str, bytes], asked: list[tuple[str, str, str]]
) -> None:
    channel = add(api, kind, "", token="token-of-a-player")
    for path, body in answers.items():
        api.origin.answer(path, body)
    api.engine.titled("The lamp", "The lighthouse")
    api.engine.execute("UPDATE audiobooks SET filed_at = now()")
    api.engine.execute("UPDATE notices SET at = at - interval '1 minute'")
    settle(api, channel)
    wait_until(lambda: len(api.origin.requests) >= len(asked), 20, "it was asked")
    assert [(seen.method, seen.path) for seen in api.origin.requests] == [(method, path) for method, path, _ in asked]
    for seen, (_, _, header) in zip(api.origin.requests, asked, strict=True):
        assert "token-of-a-player" in seen.headers[header]
        assert "token" not in seen.path


@pytest.mark.parametrize("kind", ["webhook", "apprise", "plex"])
def test_a_test_says_whether_it_arrives(api: Api, kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    channel = add(api, kind, HOOK)
    api.origin.answer(f"{HOOK}/library/sections/all/refresh")
    assert api.http.post(f"/channels/{channel['id']}/test").json() == {
        "is_delivered": True,
        "error": None,
        "error_message": None,
    }
    for path in list(api.origin.answers):
        api.origin.answer(path, status=500)
    outcome = api.http.post(f"/channels/{channel['id']}/test").json()
    assert not outcome["is_delivered"]
    assert outcome["error"] in {"HTTP 500 was answered.", "The service did not take the message, or did not answer."}
    assert "a-secret-path" not in "".join(capfd.readouterr()) + json.dumps(outcome)


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "webhook", "address": "ftp://files.example/"},
        {"kind": "jellyfin", "address": "nas"},
        {"kind": "apprise", "address": "nothing"},
    ],
)
def test_an_address_that_cannot_be_is_refused(api: Api, order: dict[str, str]) -> None:
    assert api.http.post("/channels", json=order).status_code == 409
