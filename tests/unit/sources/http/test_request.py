from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.errors import PermanentError
from ohdio_core.sources.http.request import parse_address


def test_a_url_is_split() -> None:
    address = parse_address("HTTPS://Books.Example.:8443/é/a b?q=%20é#part")
    assert (address.scheme, address.host, address.port) == ("https", "books.example", 8443)
    assert (address.authority, address.target) == ("books.example:8443", "/%C3%A9/a%20b?q=%20%C3%A9")


def test_a_default_port_is_left_out_of_the_authority() -> None:
    assert parse_address("http://[::1]:80").authority == "[::1]"


def test_a_name_in_other_letters_is_encoded() -> None:
    assert parse_address("https://bücher.example/").host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "url", ["", "books.example", "ftp://a/", "http://", "http://a:0/", "http://a:b/", "http://u@a/", "http://a b/"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(PermanentError):
        parse_address(url)


@given(
    st.text() | st.text().map(lambda text: f"https://{text}") | st.text().map(lambda text: f"http://a.example/{text}")
)
def test_any_text_gives_an_address_or_a_named_error(url: str) -> None:
    try:
        address = parse_address(url)
    except PermanentError:
        return
    assert address.target.startswith("/")
    assert address.target.isascii()
    assert address.host
