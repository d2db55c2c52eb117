"""What people are told, and when they are left alone."""

from __future__ import annotations

from datetime import time

import pytest

from ohdio_api.telling.channels import shown_address
from ohdio_api.telling.message import Told, compose
from ohdio_api.telling.quiet import QuietHours
from ohdio_api.telling.sending import signature
from ohdio_core.domain.telling import ChannelKind


def told(event: str, title: str, reason: str | None = None) -> Told:
    return Told(event, 1, title, reason, None, "2026-03-01T09:31:12Z")


@pytest.mark.parametrize(
    ("setting", "at", "is_quiet"),
    [
        ("", time(3), False),
        ("22:00-07:00", time(23), True),
        ("22:00-07:00", time(6, 59), True),
        ("22:00-07:00", time(7), False),
        ("12:30-14:00", time(12, 29), False),
        ("12:30-14:00", time(13), True),
        ("08:00-08:00", time(8), False),
    ],
)
def test_people_are_left_alone_in_quiet_hours(setting: str, at: time, is_quiet: bool) -> None:
    assert QuietHours.of(setting).has(at) is is_quiet


def test_one_message_tells_everything_and_names_the_first_ones() -> None:
    many = [told("completed", f"Book {number}") for number in range(12)]
    digest = compose([told("failed", "The lamp", "HTTP 404."), *many], "en")
    assert digest.title == "ohdio: 12 complete. 1 failed."
    lines = digest.body.splitlines()
    assert (lines[0], lines[9], lines[10]) == ("Complete: Book 0", "Complete: Book 9", "and 2 more")
    assert lines[11:] == ["Failed: The lamp: HTTP 404."]


def test_people_are_told_in_their_language() -> None:
    digest = compose([told("completed", "Le phare")], "fr")
    assert digest == ("ohdio: 1 terminé(s).", "Terminé\N{NO-BREAK SPACE}: Le phare")


@pytest.mark.parametrize(
    ("kind", "address", "shown"),
    [
        (ChannelKind.APPRISE, "tgram://1234:token/chat", "tgram://…"),
        (ChannelKind.WEBHOOK, "https://me:hunter2@home.example:8123/hook/secret?key=x", "https://home.example:8123/…"),
        (ChannelKind.PLEX, "http://nas:32400", "http://nas:32400/…"),
    ],
)
def test_an_address_is_shown_without_its_secrets(kind: ChannelKind, address: str, shown: str) -> None:
    assert shown_address(kind, address) == shown


def test_a_signature_is_that_of_the_standard() -> None:
    # The example of standardwebhooks.com.
    body = b'{"test": 2432232314}'
    key, secret = "msg_p5jXN8AQM9LWM0D4loKWxJek", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert signature(secret, key, 1614265330, body) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
