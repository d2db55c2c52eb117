from __future__ import annotations

import time
import zlib

import httpx
import pytest

from tests.integration.sites.conftest import Fetch
from tests.sites import hosts
from tests.sites.catalogue import invent_category
from tests.sites.client import SimOrigin
from tests.sites.faults import Fault, FaultKind, RequestKind
from tests.sites.media import media_path

CATALOGUE = invent_category(2)
BOOK, OTHER = CATALOGUE.books
PATH = media_path(BOOK, 0)


@pytest.fixture(autouse=True)
def on_offer(origin: SimOrigin) -> None:
    origin.offer(CATALOGUE)


@pytest.fixture
def whole(fetch: Fetch) -> bytes:
    return fetch(hosts.DOWNLOADS, PATH).content


def test_a_status_is_answered_as_often_as_was_said(origin: SimOrigin, fetch: Fetch) -> None:
    origin.fail(BOOK, Fault.status_code(429, times=2, retry_after="7"))

    answers = [fetch(hosts.DOWNLOADS, PATH) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"


def test_other_books_are_spared(origin: SimOrigin, fetch: Fetch) -> None:
    origin.fail(BOOK, Fault.status_code(500))

    assert fetch(hosts.DOWNLOADS, media_path(OTHER, 0)).status_code == 200


def test_a_page_can_fail_by_its_path(origin: SimOrigin, fetch: Fetch) -> None:
    origin.fail("/ohdio/categories/9001/recits-inventes", Fault.status_code(502))

    assert fetch(hosts.PAGES, "/ohdio/categories/9001/recits-inventes?x=1").status_code == 502


def test_everything_of_a_kind_can_fail(origin: SimOrigin, fetch: Fetch) -> None:
    origin.fail(None, Fault.status_code(500, on=RequestKind.PAGE))

    statuses = [fetch(hosts.PAGES, f"/ohdio{book.path}").status_code for book in CATALOGUE.books]

    assert statuses == [500, 500]


def test_a_healed_origin_answers_right(origin: SimOrigin, fetch: Fetch) -> None:
    origin.fail(BOOK, Fault.status_code(500))
    origin.heal()

    assert fetch(hosts.DOWNLOADS, PATH).status_code == 200


def test_a_cut_body_ends_before_its_announced_length(origin: SimOrigin, fetch: Fetch) -> None:
    origin.fail(BOOK, Fault.cut(1000))

    with pytest.raises(httpx.RemoteProtocolError, match="received 1000 bytes"):
        fetch(hosts.DOWNLOADS, PATH)


def test_without_ranges_the_whole_file_comes(origin: SimOrigin, fetch: Fetch, whole: bytes) -> None:
    origin.fail(BOOK, Fault.of(FaultKind.NO_RANGE))

    response = fetch(hosts.DOWNLOADS, PATH, {"Range": "bytes=100-"})

    assert (response.status_code, response.content) == (200, whole)
    assert "accept-ranges" not in response.headers


@pytest.mark.parametrize(("asked", "given"), [(500, 400), (50, 150)])
def test_a_wrong_range_says_that_it_is_another_one(
    origin: SimOrigin, fetch: Fetch, whole: bytes, asked: int, given: int
) -> None:
    origin.fail(BOOK, Fault.of(FaultKind.WRONG_CONTENT_RANGE))

    response = fetch(hosts.DOWNLOADS, PATH, {"Range": f"bytes={asked}-"})

    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {given}-{len(whole) - 1}/{len(whole)}"
    assert response.content == whole[given:]


def test_a_new_version_has_the_same_size_and_other_bytes(origin: SimOrigin, fetch: Fetch) -> None:
    before = fetch(hosts.DOWNLOADS, PATH)
    origin.fail(BOOK, Fault.of(FaultKind.NEW_VERSION))

    after = fetch(hosts.DOWNLOADS, PATH, {"Range": "bytes=100-", "If-Range": before.headers["ETag"]})

    assert after.status_code == 200
    assert len(after.content) == len(before.content)
    assert after.content != before.content
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.headers["Last-Modified"] != before.headers["Last-Modified"]


def test_a_truncated_file_looks_complete(origin: SimOrigin, fetch: Fetch, whole: bytes) -> None:
    origin.fail(BOOK, Fault.truncated(1000))

    response = fetch(hosts.DOWNLOADS, PATH)

    assert (response.status_code, response.headers["Content-Length"]) == (200, "1000")
    assert response.content == whole[:1000]


def test_a_drip_is_slow(origin: SimOrigin, fetch: Fetch) -> None:
    origin.fail(BOOK, Fault.drip(1000))
    started = time.monotonic()

    fetch(hosts.DOWNLOADS, PATH, {"Range": "bytes=0-299"})

    assert time.monotonic() - started > 0.2


def test_html_comes_instead_of_audio(origin: SimOrigin, fetch: Fetch) -> None:
    origin.fail(BOOK, Fault.of(FaultKind.HTML))

    response = fetch(hosts.DOWNLOADS, PATH)

    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert response.text.startswith("<!DOCTYPE html>")


def test_an_empty_file_is_still_audio_by_name(origin: SimOrigin, fetch: Fetch) -> None:
    origin.fail(BOOK, Fault.of(FaultKind.EMPTY))

    response = fetch(hosts.DOWNLOADS, PATH)

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Type"] == "audio/mpeg"


def test_a_bomb_unpacks_to_256_mebibytes(origin: SimOrigin) -> None:
    origin.fail(BOOK, Fault.of(FaultKind.GZIP_BOMB))
    headers = {"Host": hosts.DOWNLOADS}
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    unpacked = received = 0

    with httpx.stream("GET", origin.url + PATH, headers=headers, trust_env=False, timeout=60) as response:
        encoding = response.headers["Content-Encoding"]
        for piece in response.iter_raw():
            received += len(piece)
            unpacked += len(unpacker.decompress(piece))

    assert encoding == "gzip"
    assert received < 1_000_000
    assert (unpacked, unpacker.eof) == (256 * 1024 * 1024, True)


def test_a_redirect_leads_where_it_was_told(origin: SimOrigin, fetch: Fetch) -> None:
    origin.fail(BOOK, Fault.redirect("http://10.0.0.1/secret"))

    response = fetch(hosts.DOWNLOADS, PATH)

    assert (response.status_code, response.headers["Location"]) == (302, "http://10.0.0.1/secret")


def test_silence_lasts_until_the_client_gives_up(origin: SimOrigin) -> None:
    origin.fail(BOOK, Fault.of(FaultKind.SILENCE))

    with pytest.raises(httpx.ReadTimeout):
        httpx.get(origin.url + PATH, headers={"Host": hosts.DOWNLOADS}, timeout=0.3, trust_env=False)

    assert origin.wait_for_in_flight(0) == frozenset()
    assert origin.exchanges()[-1].status is None


def test_the_validation_can_refuse_with_its_own_code(origin: SimOrigin, fetch: Fetch) -> None:
    origin.fail(BOOK, Fault.media_error(1))

    answer = fetch(hosts.SERVICES, f"/media/validation/v2/?idMedia={BOOK.parts[0].media_id}&tech=progressive").json()

    assert (answer["url"], answer["errorCode"]) == (None, 1)
    assert "pays" in answer["message"]
