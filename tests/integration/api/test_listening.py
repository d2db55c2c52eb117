from __future__ import annotations

import gc
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.fixtures.api import Api
from tests.fixtures.workers import wait_until
from tests.integration.api.filed_books import SOUND, filed


def is_open(path: Path) -> bool:
    """Return whether this process, which the API runs in, has a file open."""
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            if descriptor.readlink() == path:
                return True
    return False


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector from closing what was forgotten."""
    gc.disable()
    yield
    gc.enable()


class TestListening:
    def test_gets_the_first_part_whole(self, api: Api) -> None:
        book_id, _ = filed(api)
        answer = api.http.get(f"/audiobooks/{book_id}/audio")
        assert (answer.status_code, answer.content) == (200, SOUND)
        assert answer.headers["content-type"] == "audio/mpeg"
        assert answer.headers["accept-ranges"] == "bytes"

    def test_gets_another_part(self, api: Api) -> None:
        book_id, _ = filed(api)
        answer = api.http.get(f"/audiobooks/{book_id}/audio", params={"part": 2})
        assert (answer.content, answer.headers["content-type"]) == (b"second part", "audio/mp4")

    def test_has_no_part_beyond_the_last(self, api: Api) -> None:
        book_id, _ = filed(api)
        answer = api.http.get(f"/audiobooks/{book_id}/audio", params={"part": 3})
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            f"Book {book_id} has 2 parts; there is no part 3.",
        )

    def test_is_not_possible_before_the_book_is_there(self, api: Api) -> None:
        (item_id,) = api.engine.items(1)
        answer = api.http.get(f"/audiobooks/{api.book_of(item_id)}/audio")
        assert answer.status_code == 404
        assert "not in the library" in answer.json()["detail"]

    def test_never_gets_the_sound_of_the_book_that_has_its_place_by_now(self, api: Api) -> None:
        book_id, _ = filed(api)
        shutil.rmtree(api.library_dir / "Odile Marchand" / "Sailing")
        filed(api)
        assert api.http.get(f"/audiobooks/{book_id}/audio").status_code == 404

    def test_says_when_the_file_is_gone(self, api: Api) -> None:
        book_id, _ = filed(api)
        next(api.library_dir.glob("*/*/*.mp3")).unlink()
        answer = api.http.get(f"/audiobooks/{book_id}/audio")
        assert answer.status_code == 404
        assert "gone" in answer.json()["detail"]

    def test_can_be_measured_without_fetching(self, api: Api) -> None:
        book_id, _ = filed(api)
        answer = api.http.head(f"/audiobooks/{book_id}/audio")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-length"] == str(len(SOUND))

    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [
            ("bytes=0-0", 0, 0),
            ("bytes=100-199", 100, 199),
            ("bytes=10000-", 10000, 10239),
            ("bytes=-10", 10230, 10239),
            ("bytes=-99999999", 0, 10239),
            ("bytes=10239-99999999999999999999999999", 10239, 10239),
            ("Bytes=5-9", 5, 9),
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_gets_the_bytes_that_it_asks_for(self, api: Api, method: str, asked: str, first: int, last: int) -> None:
        book_id, _ = filed(api)
        answer = api.http.request(method, f"/audiobooks/{book_id}/audio", headers={"Range": asked})
        assert answer.status_code == 206
        assert answer.headers["content-range"] == f"bytes {first}-{last}/10240"
        assert answer.headers["content-length"] == str(last - first + 1)
        assert answer.content == (SOUND[first : last + 1] if method == "GET" else b"")

    @pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=99999-100000", "bytes=-0"])
    def test_cannot_get_bytes_beyond_the_end(self, api: Api, asked: str) -> None:
        book_id, _ = filed(api)
        answer = api.http.get(f"/audiobooks/{book_id}/audio", headers={"Range": asked})
        assert answer.status_code == 416
        assert answer.headers["content-range"] == "bytes */10240"
        assert answer.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize("asked", ["bytes=9-5", "bytes=-", "bytes=a-b", "items=0-1", "0-1", "bytes=0-1,5-6"])
    def test_gets_the_whole_for_a_range_that_makes_no_sense_or_is_several(self, api: Api, asked: str) -> None:
        book_id, _ = filed(api)
        answer = api.http.get(f"/audiobooks/{book_id}/audio", headers={"Range": asked})
        assert (answer.status_code, answer.content) == (200, SOUND)

    @pytest.mark.parametrize("validator", ["etag", "last-modified"])
    def test_goes_on_only_with_the_same_file(self, api: Api, validator: str) -> None:
        book_id, _ = filed(api)
        path = f"/audiobooks/{book_id}/audio"
        same = api.http.head(path).headers[validator]
        resumed = api.http.get(path, headers={"Range": "bytes=5-", "If-Range": same})
        restarted = api.http.get(path, headers={"Range": "bytes=5-", "If-Range": '"another"'})
        assert (resumed.status_code, resumed.content) == (206, SOUND[5:])
        assert (restarted.status_code, restarted.content) == (200, SOUND)

    def test_starts_again_where_its_version_is_a_weak_one(self, api: Api) -> None:
        book_id, _ = filed(api)
        path = f"/audiobooks/{book_id}/audio"
        weak = f"W/{api.http.head(path).headers['etag']}"
        answer = api.http.get(path, headers={"Range": "bytes=5-", "If-Range": weak})
        assert (answer.status_code, answer.content) == (200, SOUND)
        beyond = api.http.get(path, headers={"Range": "bytes=99999-", "If-Range": weak})
        assert (beyond.status_code, beyond.content) == (200, SOUND)

    def test_gets_the_bytes_of_a_file_of_many_gigabytes(self, api: Api) -> None:
        book_id, _ = filed(api)
        end, size = b"the end of the file", 5 * 1024**3
        with next(api.library_dir.glob("*/*/*.mp3")).open("r+b") as file:
            file.seek(size - len(end))  # sparse: it takes no room
            file.write(end)
        path = f"/audiobooks/{book_id}/audio"
        assert api.http.head(path).headers["content-length"] == str(size)
        for asked in (f"bytes=-{len(end)}", f"bytes={size - len(end)}-", f"bytes={size - len(end)}-{size + 1}"):
            answer = api.http.get(path, headers={"Range": asked})
            assert (answer.status_code, answer.content) == (206, end)
            assert answer.headers["content-range"] == f"bytes {size - len(end)}-{size - 1}/{size}"

    @pytest.mark.parametrize("asked", ["", "Range: bytes=100-\r\n"])
    def test_that_goes_away_in_the_middle_leaves_no_file_open(self, api: Api, asked: str) -> None:
        book_id, _ = filed(api)
        sound = next(api.library_dir.glob("*/*/*.mp3"))
        with sound.open("r+b") as file:
            file.truncate(1024**3)
        address = urlsplit(api.url)
        request = f"GET /api/v1/audiobooks/{book_id}/audio HTTP/1.1\r\nHost: localhost\r\n{asked}\r\n"
        with no_collection():
            for _ in range(5):
                with socket.create_connection((address.hostname, address.port)) as client:
                    client.sendall(request.encode())
                    assert client.recv(4096).startswith(b"HTTP/1.1 20")
            wait_until(lambda: not is_open(sound), 5, "the file is closed")

    def test_fetches_nothing_that_it_has_already(self, api: Api) -> None:
        book_id, _ = filed(api)
        path = f"/audiobooks/{book_id}/audio"
        answer = api.http.get(path, headers={"If-None-Match": api.http.head(path).headers["etag"]})
        assert (answer.status_code, answer.content) == (304, b"")
        weak = api.http.get(path, headers={"If-None-Match": f'"another", W/{answer.headers["etag"]}'})
        assert weak.status_code == 304
