"""What the log of ``ohdio get`` tells of a scan and its books."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.command import Command, command_at_home
from tests.sites.catalogue import Catalogue, SimCategory, invent_book
from tests.sites.client import SimOrigin

_GONE = invent_book(57_002, seconds=2, is_gone=True)
_BOOK = invent_book(57_001, seconds=2)
_CATALOGUE = Catalogue(books=(_BOOK, _GONE), categories=(SimCategory(9057, "Deux", (_BOOK.id, _GONE.id)),))


@pytest.fixture(scope="module")
def ohdio(origin_process: SimOrigin, cluster: Path) -> Iterator[Command]:
    """The command after it has got a category, of which each test looks at something else."""
    origin_process.offer(_CATALOGUE)
    with command_at_home(origin_process) as command:
        command.take_database(cluster)
        command.run("get", link(origin_process), OHDIO_LOG_JSON="true", MAX_CONCURRENT_DOWNLOADS="2")
        yield command


def link(origin: SimOrigin) -> str:
    return origin.category_url(_CATALOGUE.categories[0])


def told(ohdio: Command, event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (ohdio.data / "ohdio.log").read_text().splitlines()]
    return [line for line in lines if line["event"] == event]


def test_tells_when_scans_and_books_begin_end_and_fail_and_which_they_are(
    ohdio: Command, origin_process: SimOrigin
) -> None:
    (begun,) = told(ohdio, "scan begun")
    assert begun["link"] == link(origin_process)
    (ended,) = told(ohdio, "scan complete")
    assert {key: ended[key] for key in ("id", "link", "title", "found", "new")} == {
        "id": begun["id"],
        "link": link(origin_process),
        "title": "Deux",
        "found": 2,
        "new": 2,
    }
    (described,) = told(ohdio, "description complete")
    assert described["title"] == _BOOK.title
    assert described["link"].endswith(f"/{_BOOK.id}")
    (started,) = told(ohdio, "download begun")
    (complete,) = told(ohdio, "download complete")
    assert complete["id"] == started["id"]
    assert complete["title"] == started["title"] == _BOOK.title
    assert complete["seconds"] > 0
    folder = ohdio.library / complete["folder"]
    assert complete["bytes"] == sum(path.stat().st_size for path in folder.iterdir() if path.suffix in {".m4a", ".mp3"})
    (failed,) = told(ohdio, "description failed")
    assert failed["level"] == "warning"
    assert failed["link"].endswith(f"/{_GONE.id}")
    assert "OHdio does not have this" in failed["error"]


def test_one_id_leads_from_the_submission_to_the_file(ohdio: Command) -> None:
    (submitted,) = told(ohdio, "links submitted")
    events = ("scan begun", "scan complete", "description complete", "download begun", "download complete")
    assert {line["trace_id"] for event in events for line in told(ohdio, event)} == {submitted["trace_id"]}


def test_tells_when_ohdio_started_and_where_and_when_it_ended(ohdio: Command) -> None:
    events = [json.loads(line)["event"] for line in (ohdio.data / "ohdio.log").read_text().splitlines()]
    assert events[-1] == "ohdio ended"
    (started,) = told(ohdio, "ohdio started")
    assert started["version"] == version("ohdio-core")
    assert started["address"].startswith("http://127.0.0.1:")
    assert (started["service"], started["downloader_threads"]) == ("all", 2)
    assert started["library"] == str(ohdio.library)
