"""What a site answers, written down for a report."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ohdio.site_report import read_for_report, written
from ohdio_core.sources.http import ClientSettings
from ohdio_core.sources.http.recording import RecordingFactory
from ohdio_core.sources.registry import SourceRegistry
from tests.fixtures.command import Command
from tests.integration.sources.origin import Origin, scripted_origin

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def site() -> Iterator[Origin]:
    with scripted_origin() as running:
        yield running


@pytest.fixture
def factory(site: Origin) -> Iterator[RecordingFactory]:
    hosts = ("stories.example", "feeds.example", "ici.radio-canada.ca", "services.radio-canada.ca")
    recording = RecordingFactory(ClientSettings(host_overrides=dict.fromkeys(hosts, site.url)))
    yield recording
    recording.close()


def report(link: str, factory: RecordingFactory) -> tuple[dict[str, Any], str]:
    source, target = SourceRegistry().identify(link)
    text = written(read_for_report(source, target, factory), factory)
    return json.loads(text), text


class TestAReport:
    def test_holds_every_request_with_its_answer_and_what_came_of_it(
        self, site: Origin, factory: RecordingFactory
    ) -> None:
        site.answer("/fog", b"", 302, {"Location": "/fog/"})
        page = gzip.compress(b"<title>Fog</title><audio src=1.mp3></audio>")
        site.answer("/fog/", page, headers={**HTML, "Content-Encoding": "gzip"})
        told, _ = report("https://stories.example/fog", factory)
        assert [step["found"] for step in told["steps"]] == [
            {"title": None, "books": 1, "total": None},
            {"title": "Fog", "authors": [], "parts": 1},
            "https://stories.example/fog/1.mp3",
        ]
        assert told["is readable"]
        first, second = told["requests"]
        assert (first["request"]["url"], first["answer"]["status"]) == ("http://stories.example/fog", 302)
        assert first["answer"]["headers"]["location"] == "/fog/"
        assert second["answer"]["body"] == "<title>Fog</title><audio src=1.mp3></audio>"

    def test_of_a_site_that_answers_differently_has_every_way_to_read_it(
        self, site: Origin, factory: RecordingFactory
    ) -> None:
        site.answer("/ohdio/categories/7/contes", b"<h1>Contes</h1><div class=cards></div>", headers=HTML)
        told, text = report("https://ici.radio-canada.ca/ohdio/categories/7/contes", factory)
        assert not told["is readable"]
        assert "OHdio answers differently than this version knows" in told["steps"][0]["failed"]
        assert {way["way"] for way in told["steps"][1]["found"]} >= {"grid", "page state"}
        assert "<div class=cards>" in text

    def test_has_no_secret_of_the_link_of_the_answers_or_of_this_machine(
        self, site: Origin, factory: RecordingFactory
    ) -> None:
        secret = "zEbra-crossing"
        feed = (
            "<rss><channel><title>Fog</title><item><title>One</title><guid>1</guid>"
            f'<enclosure url="https://feeds.example/1.mp3?k={secret}" type="audio/mpeg"/></item>'
            f"<managingEditor>ada@mail.example</managingEditor></channel></rss>"
        )
        headers = {"Content-Type": "application/rss+xml", "Set-Cookie": "sid=c00kie-value", "X-Served-For": "10.1.2.3"}
        site.answer("/show.xml", feed.encode(), headers=headers)
        told, text = report(f"https://feeds.example/show.xml?auth={secret}", factory)
        assert told["is readable"]
        hidden = (secret, "c00kie-value", "10.1.2.3", "ada@mail.example", "127.0.0.1", str(Path.home()) + "/")
        assert [each for each in hidden if each in text] == []

    def test_has_neither_sound_nor_more_than_can_be_attached(self, site: Origin, factory: RecordingFactory) -> None:
        forms = "".join(f'<a href="a.mp3?v={number}">x</a>' for number in range(9))
        site.answer("/fog", f"<title>Fog</title>{forms}<!--{'-' * 3_000_000}-->".encode(), headers=HTML)
        site.answer("/a.mp3", b"ID3" + b"\xff\xfb" * 300_000, headers={"Content-Type": "audio/mpeg"})
        told, text = report("https://stories.example/fog", factory)
        assert len(text) < 8_000_000
        assert told["requests"][0]["answer"]["is cut"]
        sound = [
            each["answer"] for each in told["requests"] if each["answer"]["headers"]["content-type"] == "audio/mpeg"
        ]
        assert sound
        assert not any("body" in answer for answer in sound)

    def test_tells_of_a_site_that_does_not_answer(self, factory: RecordingFactory) -> None:
        told, _ = report("https://nobody.invalid/fog", factory)
        assert not told["is readable"]
        assert told["requests"][0]["answer"]["error"]


class TestTheCommand:
    def test_writes_a_file_without_a_running_ohdio(self, ohdio: Command) -> None:
        done = ohdio.run("report", "https://ici.radio-canada.ca/ohdio/categories/9/perdue")
        assert done.returncode == 0
        [path] = ohdio.home.glob("ohdio-report-ohdio-*.json")
        assert str(path) in done.stdout.replace("\n", "")
        told = json.loads(path.read_text(encoding="utf-8"))
        assert told["requests"]
        assert str(ohdio.home) not in path.read_text(encoding="utf-8")
        assert path.stat().st_mode & 0o077 == 0

    def test_refuses_what_is_no_link_in_words(self, ohdio: Command) -> None:
        done = ohdio.run("report", "the lighthouse")
        assert (done.returncode, list(ohdio.home.glob("ohdio-report*"))) == (1, [])
        assert "Traceback" not in done.stderr
