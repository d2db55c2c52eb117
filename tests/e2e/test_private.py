"""A feed for subscribers, collected: its secrets are afterwards nowhere but where they were sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.e2e.kept import backup, contents
from tests.fixtures.product import QUICK, Installer
from tests.integration.sources.origin import Origin, scripted_origin, send
from tests.sites.audio import AudioFactory

HOST = "subscribers.example"
USER, PASSWORD, BASIC = "marchand77", "S3cret%2Fp%40ss", "Basic bWFyY2hhbmQ3NzpTM2NyZXQvcEBzcw=="
TOKEN, SOUND, COVER, CHAPTERS = "tok3n4711abcdef99", "snd99xyz8877aabb", "Abc123coverToken", "chap55ters66token7"
LINK = f"https://{USER}:{PASSWORD}@{HOST}/feed.xml?show=12&token={TOKEN}"
HOOK = "/hooks/a9secret8path7of6a5channel"
KEY = "the-key-of-this-installation-0123456789"
#: What must be nowhere, in any form.
SECRETS = (USER, PASSWORD, "S3cret/p@ss", BASIC.removeprefix("Basic "), TOKEN, SOUND, COVER, CHAPTERS, HOOK, KEY)


PAGES = ("/", "/follows", "/library", "/settings", "/settings/history", "/settings/notifications", "/settings/system")


def item(day: int, size: int) -> str:
    """Return an item whose addresses have tokens, and whose words name them, too."""
    sound = f"https://{HOST}/sound/{day}.mp3?auth={SOUND}"
    return (
        f"<item><title>Récit {day}</title><guid>{sound}</guid><pubDate>{day:02} Feb 2022 10:00:00 GMT</pubDate>"
        f"<description>Only for you: {sound} {LINK.replace('&', '&amp;')}, token {TOKEN}.</description>"
        f'<itunes:image href="https://{HOST}/cover.png?sig={COVER}"/>'
        f'<podcast:chapters url="https://{HOST}/chapters.json?key={CHAPTERS}" type="application/json+chapters"/>'
        f'<enclosure url="{sound}" type="audio/mpeg" length="{size}"/></item>'
    )


def subscribers(origin: Origin, sound: bytes) -> None:
    """Make an origin answer those who know everything; the second item is gone."""
    feed = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        'xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Le phare</title>'
        f"{item(1, len(sound))}{item(2, len(sound))}</channel></rss>"
    ).encode()

    def behind(body: bytes, **secrets: str) -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
            is_let_in = handler.headers.get("Authorization") == BASIC and secrets.items() <= asked.items()
            send(handler, body if is_let_in else b"", 200 if is_let_in else 401)

        origin.answers[paths.pop(0)] = reply

    paths = ["/feed.xml", "/sound/1.mp3", "/chapters.json"]
    behind(feed, token=TOKEN, show="12")
    behind(sound, auth=SOUND)
    behind(b'{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "A"}]}', key=CHAPTERS)
    origin.answer("/sound/2.mp3", status=404)
    origin.answer("/cover.png", status=404)
    origin.answer(HOOK, status=500)


@pytest.fixture
def behind_doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    sound = AudioFactory(tmp_path_factory.mktemp("sound")).mp3("private", 2.0)
    with scripted_origin() as origin:
        subscribers(origin, sound)
        yield origin


@pytest.mark.parametrize("shape", ["standalone", pytest.param("services", marks=pytest.mark.full)])
def test_the_secrets_of_a_private_feed_are_nowhere(
    installer: Installer, behind_doors: Origin, shape: str, tmp_path: Path
) -> None:
    key = {"OHDIO_SECRET_KEY": KEY} if shape == "services" else {}
    hosts = {"OHDIO_HOST_OVERRIDES": f"{HOST}={behind_doors.url}", "OHDIO_ALLOW_PRIVATE_ADDRESSES": "true"}
    product = installer.of_shape(shape, {**QUICK, **hosts, **key, "OHDIO_LOG_LEVEL": "debug"})
    api = httpx.Client(base_url=f"{product.api.url}/api/v1", timeout=30, trust_env=False)
    hook = {"kind": "webhook", "address": f"{behind_doors.url}{HOOK}"}
    with api, watched_events(api) as events:
        channel = api.post("/channels", json=hook).json()
        followed = api.post("/follows", json={"url": LINK, "take": "everything"})
        product.wait_until(lambda: product.api.stats()["completed"] == 1, 30, "the first is complete")
        product.wait_until(lambda: product.api.stats()["failed"] == 1, 30, "the second has failed")
        product.wait_until(lambda: told(behind_doors), 30, "somebody is told")
        follow = followed.json()["id"]
        found = {
            "answers": "\n".join([followed.text, *answers(api, follow)]),
            "pages": "\n".join(
                httpx.get(f"{product.api.url}{page}", trust_env=False, timeout=60).text for page in PAGES
            ),
            "metrics": httpx.get(f"{product.api.url}/metrics", trust_env=False, timeout=60).text,
            "events": "\n".join(events),
        }
    found |= {
        "backup": backup(product, tmp_path / "backup"),
        "disk": contents(product.directory),
        "told": "\n".join(told(behind_doors)),
    }
    secrets = (*SECRETS, channel["secret"])
    leaked = {place: [secret for secret in secrets if secret in text] for place, text in found.items()}
    assert {place: secrets for place, secrets in leaked.items() if secrets} == {}
    reference = f"private:{follow}"
    assert (followed.json()["url"], followed.json()["is_private"]) == (reference, True)
    shown = {place for place, text in found.items() if reference in text}
    assert shown == {"answers", "pages", "events", "backup", "disk"}
    their = [(seen.host, seen.headers.get("authorization")) for seen in behind_doors.requests if seen.path != HOOK]
    assert set(their) == {(HOST, BASIC)}


@contextmanager
def watched_events(api: httpx.Client) -> Iterator[list[str]]:
    """Yield the lines of the stream of events, as they come."""
    lines: list[str] = []
    with api.stream("GET", "/events") as stream:

        def read() -> None:
            with suppress(httpx.HTTPError):
                lines.extend(stream.iter_lines())

        thread = Thread(target=read, daemon=True)
        thread.start()
        yield lines


def answers(api: httpx.Client, follow: int) -> Iterator[str]:
    """Yield what the API tells of what was collected."""
    for path in ("follows", f"follows/{follow}/attempts", "follows.opml", "queue", "audiobooks", "scrapes", "export"):
        yield api.get(f"/{path}").raise_for_status().text
    for path in ("channels", "history", "settings", "workers", "queue/failures"):
        yield api.get(f"/{path}").raise_for_status().text
    for item in api.get("/queue").json()["items"]:
        book = item["audiobook"]["id"]
        for path in (f"queue/items/{item['id']}/attempts", f"audiobooks/{book}", f"audiobooks/{book}/trace"):
            yield api.get(f"/{path}").raise_for_status().text


def told(origin: Origin) -> list[str]:
    return [seen.body.decode() for seen in origin.requests if seen.path == HOOK]
