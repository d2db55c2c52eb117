from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.errors import OhdioError, PermanentError, TransientError
from ohdio_core.sources.http.body import decoded
from ohdio_core.sources.http.codings import codings_of


def read_body(chunks: Iterable[bytes], encoding: str, limit: int, host: str) -> bytes:
    return b"".join(decoded(chunks, codings_of({"content-encoding": encoding}), limit, host))


def test_a_plain_body_is_joined() -> None:
    assert read_body([b"a", b"bc"], "", 3, "books.example") == b"abc"


def test_one_byte_more_than_the_limit_is_refused() -> None:
    with pytest.raises(PermanentError, match="more than 2 bytes"):
        read_body([b"a", b"bc"], "identity", 2, "books.example")


def test_a_body_that_is_compressed_and_does_not_say_so_is_read() -> None:
    assert read_body([gzip.compress(b"<rss/>")], "", 100, "books.example") == b"<rss/>"


def test_several_gzip_members_are_one_body() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    assert read_body([packed[i : i + 3] for i in range(0, len(packed), 3)], "GZIP", 100, "books.example") == b"one two"


def test_a_bomb_stops_the_reading() -> None:
    packed = gzip.compress(bytes(20_000_000))
    read: list[int] = []

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(packed), 100):
            read.append(start)
            yield packed[start : start + 100]

    with pytest.raises(PermanentError, match="more than 100000 bytes"):
        read_body(chunks(), "gzip", 100_000, "books.example")
    assert len(read) < 10


def test_a_cut_compressed_body_may_be_tried_again() -> None:
    with pytest.raises(TransientError, match="middle"):
        read_body([gzip.compress(b"words" * 100)[:-9]], "gzip", 1000, "books.example")


def test_a_damaged_compressed_body_may_be_tried_again() -> None:
    with pytest.raises(TransientError, match="damaged"):
        read_body([b"\x1f\x8bnot gzip at all"], "gzip", 1000, "books.example")


def test_an_empty_compressed_body_is_empty() -> None:
    assert read_body([], "gzip", 10, "books.example") == b""


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, brotli.compress])
def test_what_was_packed_is_unpacked_however_it_arrives(pack: Callable[[bytes], bytes]) -> None:
    coding = {gzip.compress: "gzip", zlib.compress: "deflate", brotli.compress: "br"}[pack]
    words = b"".join(b"word %d, " % number for number in range(50_000))
    packed = pack(words)
    for size in (1, 7, len(packed)):
        pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
        assert read_body(pieces, coding, len(words), "books.example") == words


def test_a_page_that_is_not_compressed_as_it_says_is_read_as_it_is() -> None:
    assert read_body([b"<", b"rss/>"], "gzip", 10, "books.example") == b"<rss/>"
    assert read_body([b"<rss/>"], "UTF-8, aws-chunked", 10, "books.example") == b"<rss/>"


def test_a_compression_that_cannot_be_undone_is_refused() -> None:
    with pytest.raises(PermanentError, match="zstd"):
        read_body([b"?"], "zstd", 10, "books.example")


def test_a_body_that_says_it_is_packed_very_many_times_is_refused() -> None:
    with pytest.raises(PermanentError, match="gzip"):
        read_body([gzip.compress(b"?")], ",".join(["gzip"] * 5000), 10, "books.example")


@given(st.lists(st.binary()), st.sampled_from(["", "gzip", "br", "deflate", "gzip, br", "x"]))
def test_any_bytes_give_a_body_or_a_named_error(chunks: list[bytes], encoding: str) -> None:
    try:
        body = read_body(chunks, encoding, 50, "books.example")
    except OhdioError:
        return
    assert len(body) <= 50
