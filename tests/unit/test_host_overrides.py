from __future__ import annotations

import pytest

from ohdio_core.sources.http import parse_overrides


def test_every_entry_is_read() -> None:
    assert parse_overrides(" Books.Example=http://127.0.0.1:9000/ , other=https://mirror.example ,") == {
        "books.example": "http://127.0.0.1:9000",
        "other": "https://mirror.example",
    }


def test_a_host_in_other_letters_is_the_one_that_requests_name() -> None:
    assert parse_overrides("straße.example=http://127.0.0.1:1") == {"xn--strae-oqa.example": "http://127.0.0.1:1"}


def test_blank_means_none() -> None:
    assert parse_overrides("  ") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("books.example", "bare host name"),
        ("=http://127.0.0.1:9000", "bare host name"),
        ("https://books.example=http://127.0.0.1:9000", "bare host name"),
        ("books.example:80=http://127.0.0.1:9000", "bare host name"),
        ("books.example=127.0.0.1:9000", "not an http or https origin"),
        ("books.example=ftp://127.0.0.1", "not an http or https origin"),
        ("books.example=http://127.0.0.1:99999", "not a URL"),
        ("books.example=http://127.0.0.1:0", "not an http or https origin"),
        ("books.example=http://[::1", "not a URL"),
        ("books.example=http://127.0.0.1/mirror", "more than an origin"),
        ("books.example=http://u:p@127.0.0.1", "more than an origin"),
        ("a=http://127.0.0.1:1,A=http://127.0.0.1:2", "overridden twice"),
    ],
)
def test_a_malformed_entry_is_named(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_overrides(text)
