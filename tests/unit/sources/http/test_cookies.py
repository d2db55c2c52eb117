from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.sources.http.cookies import ChainCookies
from ohdio_core.sources.http.request import parse_address

SET_AT = "https://www.books.example/shop/door?x=/y"


def sent(field: str | list[str], to: str, set_at: str = SET_AT) -> str:
    """Return what a request carries after an answer set these."""
    cookies = ChainCookies()
    cookies.store(parse_address(set_at), [field] if isinstance(field, str) else field)
    return cookies.header(parse_address(to))


@pytest.mark.parametrize(
    ("field", "to"),
    [
        ("a=1", "https://www.books.example/shop/other"),
        ("a=1; Path=/", "https://www.books.example/"),
        ("a=1; path=/sho; Path=/", "http://www.books.example/x"),
        ("a=1; Domain=books.example; Path=/", "https://media.books.example/"),
        ("a=1; Domain=.BOOKS.example; Path=/", "https://books.example/"),
        ("a=1; Secure; HttpOnly; SameSite=Strict; Path=/shop", "https://www.books.example/shop"),
        ("a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", SET_AT),
        ("a=1; Expires=Thu, 01 Jan 2999 00:00:00 GMT", SET_AT),
        ("a=1; Max-Age; Expires=soon; =; ;Version=x", SET_AT),
        (" a = 1 ", SET_AT),
    ],
)
def test_a_cookie_is_sent_where_it_belongs(field: str, to: str) -> None:
    assert sent(field, to) == "a=1"


@pytest.mark.parametrize(
    ("field", "to"),
    [
        ("a=1", "https://www.books.example/elsewhere"),
        ("a=1; Path=/sho", "https://www.books.example/shop"),
        ("a=1; Path=/", "https://books.example/"),
        ("a=1; Path=/", "https://media.www.books.example/"),
        ("a=1; Domain=other.example; Path=/", "https://other.example/"),
        ("a=1; Domain=example; Path=/", "https://other.example/"),
        ("a=1; Domain=oks.example; Path=/", SET_AT),
        ("a=1; Secure; Path=/", "http://www.books.example/"),
        ("a=1; Max-Age=0", SET_AT),
        ("a=1; Max-Age=-1", SET_AT),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", SET_AT),
        ("a", SET_AT),
        ("=1", SET_AT),
        (f"a={'1' * 5000}", SET_AT),
    ],
)
def test_and_nowhere_else(field: str, to: str) -> None:
    assert sent(field, to) == ""


def test_several_go_with_the_longest_path_first_and_the_last_value() -> None:
    fields = ["a=1; Path=/", "b=2; Path=/shop", "a=3; Path=/", "c=4; Max-Age=9", "c=; Max-Age=0"]
    assert sent(fields, SET_AT) == "b=2; a=3"


def test_a_site_that_sets_very_many_is_not_followed_in_it() -> None:
    assert len(sent([f"c{number}=1" for number in range(1000)], SET_AT).split("; ")) == 50


@given(st.lists(st.text(st.characters(max_codepoint=255))))
def test_any_bytes_give_a_header_that_can_be_sent(fields: list[str]) -> None:
    sent(fields, SET_AT).encode("latin-1")
