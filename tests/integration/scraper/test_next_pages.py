"""Scans whose listings name a next page that is not there."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.integration.scraper.scanning import PATH, Scanning
from tests.integration.sources.origin import send
from tests.unit.sources.librivox.answers import result, results
from tests.unit.sources.rss.documents import item, rss

READER = "https://librivox.org/reader/7"
SORRY = b"<html><title>Sorry</title></html>"


def test_are_complete_with_a_note_that_names_it(scanning: Scanning) -> None:
    scanning.origin.answer(PATH, rss(item(1), channel='<title>x</title><atom:link rel="next" href="?page=2"/>'))
    scanning.origin.answer(f"{PATH}?page=2", SORRY)
    scan = scanning.scan()
    assert (scan.status, scan.found, scan.error) == ("completed", 1, None)
    assert f"{PATH}?page=2, is no feed" in scan.note


def test_ask_for_what_may_pass_at_every_attempt_and_then_keep_what_was_found(scanning: Scanning) -> None:
    asked: list[str] = []

    def reply(handler: BaseHTTPRequestHandler) -> None:
        [page] = parse_qs(urlsplit(handler.path).query)["search_page"]
        asked.append(page)
        send(handler, results(result(1), last_page=2) if page == "1" else SORRY)

    scanning.origin.answers["/reader/get_results"] = reply
    scan = scanning.scan_at_every_attempt(READER)
    assert (scan.status, scan.found, scan.error) == ("completed", 1, None)
    assert scan.note.startswith("What follows in the listing cannot be read; what comes before is kept.")
    assert "https://librivox.org/reader/get_results?" in scan.note
    assert "search_page=2" in scan.note
    assert scan.note_message["values"]["error"]["id"] == "about"
    # The first time is paid for by the page that was found.
    assert asked == ["1", *["2"] * (scan.max_attempts + 1)]


def test_go_on_where_it_comes_after_all(scanning: Scanning) -> None:
    answers = [results(result(1), last_page=2), SORRY, SORRY, results(result(2))]
    scanning.origin.answers["/reader/get_results"] = lambda handler: send(handler, answers.pop(0))
    scan = scanning.scan_at_every_attempt(READER)
    assert (scan.status, scan.found, scan.note) == ("completed", 2, None)


def test_fail_where_it_is_the_first_that_is_never_there(scanning: Scanning) -> None:
    scanning.origin.answer("/reader/get_results", SORRY)
    scan = scanning.scan_at_every_attempt(READER)
    assert (scan.status, scan.found) == ("failed", 0)
    assert "LibriVox answers differently" in scan.error
