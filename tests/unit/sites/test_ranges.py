from __future__ import annotations

import pytest

from tests.sites.ranges import NotSatisfiable, is_same_version, requested_range

ETAG = '"version-1"'
DATE = "Wed, 15 Jan 2025 10:00:00 GMT"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", range(1)),
        ("bytes=10-19", range(10, 20)),
        ("bytes=90-", range(90, 100)),
        ("bytes=90-1000", range(90, 100)),
        ("bytes=-10", range(90, 100)),
        ("bytes=-1000", range(100)),
        ("BYTES=10-19", range(10, 20)),
    ],
)
def test_a_range_names_its_bytes(header: str, expected: range) -> None:
    assert requested_range(header, 100) == expected


@pytest.mark.parametrize(
    "header", [None, "", "bytes=", "bytes=-", "bytes=9-3", "bytes=0-1,5-6", "lines=1-2", "nonsense"]
)
def test_what_is_not_one_range_of_bytes_means_the_whole_file(header: str | None) -> None:
    assert requested_range(header, 100) is None


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=100-", 100), ("bytes=500-600", 100), ("bytes=-0", 100), ("bytes=0-", 0)]
)
def test_a_range_after_the_end_is_not_satisfiable(header: str, size: int) -> None:
    with pytest.raises(NotSatisfiable):
        requested_range(header, size)


@pytest.mark.parametrize(
    ("if_range", "expected"),
    [
        (None, True),
        (ETAG, True),
        ('"version-2"', False),
        ('W/"version-1"', False),
        (DATE, True),
        ("Wed, 15 Jan 2025 10:00:01 GMT", False),
        ("nonsense", False),
    ],
)
def test_if_range_counts_for_exactly_this_version(if_range: str | None, expected: bool) -> None:
    assert is_same_version(if_range, ETAG, DATE) is expected
