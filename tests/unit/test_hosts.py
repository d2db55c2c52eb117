from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.hosts import ascii_host, with_ascii_host


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("Books.Example", "books.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("b%C3%BCcher.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("STRAẞE.example", "xn--strae-oqa.example"),
        ("λόγος.example", "xn--oxapnm1c.example"),
        ("λόγοσ.example", "xn--oxapnq6b.example"),
        ("ශ්\u200dරී.example", "xn--10cl1a0b660p.example"),
        ("ひと。example", "xn--o9jta.example"),
        ("ｂｏｏｋｓ．example", "books.example"),
        ("i❤.example", "xn--i-7iq.example"),
        ("_dmarc.bücher.example", "_dmarc.xn--bcher-kva.example"),
        ("１２７.0.0.1", "127.0.0.1"),
        ("xn--strae-oqa.example", "xn--strae-oqa.example"),
    ],
)
def test_a_name_is_known_as_browsers_know_it(host: str, expected: str) -> None:
    assert ascii_host(host) == expected


@pytest.mark.parametrize(
    "host",
    [
        "a℀b.example",
        "a%2Fb.example",
        "ü%25.example",
        "ü\u2028.example",
        "a\u200db.example",
        "\u0301ü.example",
        "אבa.example",
        "a\u202eb.example",
        "%FF.example",
    ],
)
def test_a_name_that_no_host_has_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="host name"):
        ascii_host(host)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://straße.example:8443/é?ü#ö", "https://xn--strae-oqa.example:8443/é?ü#ö"),
        ("feed:https://straße.example", "feed:https://xn--strae-oqa.example"),
        ("feed://straße.example/x", "feed://xn--strae-oqa.example/x"),
        ("//straße.example/x", "//xn--strae-oqa.example/x"),
        ("https://u:p@straße.example/", "https://u:p@xn--strae-oqa.example/"),
        ("https://books.example/straße.example", "https://books.example/straße.example"),
        ("https://[::1]/", "https://[::1]/"),
        ("https://a\u200db.example/", "https://a\u200db.example/"),
        ("straße", "straße"),
    ],
)
def test_of_a_link_only_the_host_is_changed(url: str, expected: str) -> None:
    assert with_ascii_host(url) == expected


@given(st.text() | st.builds("https://{}{}".format, st.text(), st.sampled_from(["", "/", ".example/a", ":80/"])))
def test_no_text_leads_to_another_host_than_it_says(url: str) -> None:
    changed = with_ascii_host(url)
    assert with_ascii_host(changed) == changed
    if changed != url:
        assert urlsplit(changed).hostname
        assert changed.count("/") == url.count("/")
