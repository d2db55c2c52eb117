from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.identity import MAX_LENGTH, canonical_url, identity_of, refuse_reason

ITEM = "item=0123456789abcdef"


class TestCanonicalUrl:
    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("  HTTPS://Books.Example./A/b  ", "https://books.example/A/b"),
            ("https://books.example", "https://books.example/"),
            ("https://books.example:443/", "https://books.example/"),
            ("http://books.example:80/", "http://books.example/"),
            ("https://books.example:80/", "https://books.example:80/"),
            ("https://books.example/a#part", "https://books.example/a"),
            ("https://books.example/a/", "https://books.example/a/"),
            ("https://books.example/?utm_source=x&b=2&UTM_Medium=y&a=1&fbclid=z", "https://books.example/?b=2&a=1"),
            ("https://books.example/?u%74m_source=x&a", "https://books.example/?a"),
            ("https://books.example/%7euser/%c3%a9/é", "https://books.example/~user/%C3%A9/%C3%A9"),
            ("https://books.example/100%", "https://books.example/100%25"),
            ("http://[2001:DB8:0:0::1]:8080/", "http://[2001:db8::1]:8080/"),
            ("feed:https://books.example/x", "https://books.example/x"),
            ("feed://books.example/x", "feed://books.example/x"),
            (f"https://books.example/feed.xml#{ITEM}", f"https://books.example/feed.xml#{ITEM}"),
            ("https://books.example/feed.xml#item=1", "https://books.example/feed.xml"),
            ("https://books.example/feed.xml#book", "https://books.example/feed.xml#book"),
            ("https://books.example/feed.xml#books", "https://books.example/feed.xml"),
        ],
    )
    def test_each_spelling_has_one_form(self, url: str, expected: str) -> None:
        assert canonical_url(url) == expected

    def test_what_is_refused_comes_back_as_it_is(self) -> None:
        assert canonical_url(" not a link ") == "not a link"


class TestIdentityOf:
    @pytest.mark.parametrize("scheme", ["http", "https", "feed"])
    def test_is_one_for_every_scheme(self, scheme: str) -> None:
        assert identity_of(f"{scheme}://books.example/a?b#{ITEM}") == f"https://books.example/a?b#{ITEM}"

    @pytest.mark.parametrize(
        "url",
        ["http://books.example:8080/", "http://books.example/a/", "http://books.example/?u=http://books.example/"],
    )
    def test_is_another_for_anything_else(self, url: str) -> None:
        assert identity_of(url) == f"https{url.removeprefix('http')}" != identity_of("http://books.example/")


class TestRefuseReason:
    @pytest.mark.parametrize(
        "url", ["https://books.example/", "HTTP://a", " https://books.example/é?x=[1] ", "feed://a/b"]
    )
    def test_a_link_is_accepted(self, url: str) -> None:
        assert refuse_reason(url) is None

    @pytest.mark.parametrize(
        "url",
        [
            "http://nas:8080/feed.xml",
            "http://nas/",
            "http://localhost:8000/",
            "http://192.168.1.5/a.mp3",
            "http://[fd00::5]:8080/",
            "http://my_server.lan/",
            "http://nas2/",
            "https://1.fm/",
        ],
    )
    def test_names_of_ones_own_network_are_hosts(self, url: str) -> None:
        assert refuse_reason(url) is None
        assert canonical_url(url) == url

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("", "empty"),
            ("   ", "empty"),
            ("https://books.example/" + "a" * MAX_LENGTH, "longer than 2048"),
            ("https://books.example/" + "灯" * 400, "longer than 2048 characters once"),
            ("https://books.example/a https://books.example/b", "spaces"),
            ("https://books example/a", "spaces"),
            ("a b.example/c", "spaces"),
            ("https://books.example/a\nhttps://books.example/b", "spaces"),
            ("https://books.example/\x00", "control"),
            ("books.example/a", "does not begin with http"),
            ("ftp://books.example/a", "does not begin with http"),
            ("javascript:alert(1)", "does not begin with http"),
            ("file:///etc/passwd", "does not begin with http"),
            ("https://user:secret@books.example/", "user name or password"),
            ("https://user@books.example/", "user name or password"),
            ("https://", "names no host"),
            ("https:///a", "names no host"),
            ("https://:8080/a", "names no host"),
            ("https://./a", "names no host"),
            ("https://https://books.example/a", "begins twice"),
            ("https://books.example:0/", "no valid port"),
            ("https://books.example:99999/", "no valid port"),
            ("https://books.example:abc/", "no valid port"),
            ("https://books..example/", "single dots"),
            ("https://bücher.example/", "letters from a to z"),
            ("https://books.ex!ample/", "as names of servers are"),
            (f"https://{'books.' * 50}example/", "as names of servers are"),
            ("https://256.1.1.1/a", "four numbers from 0 to 255"),
            ("https://1.2.3.4.5/", "four numbers"),
            ("https://books.123/", "four numbers"),
            ("https://12345/", "four numbers"),
            ("https://0x7f.1/", "four numbers"),
            ("https://[::1", "malformed"),
            ("https://[fe80::1%25eth0]/", "malformed"),
        ],
    )
    def test_what_is_no_link_is_refused_with_a_reason(self, url: str, said: str) -> None:
        reason = refuse_reason(url)
        assert reason is not None
        assert said in reason.text


link_like = st.builds(
    "{}{}{}".format,
    st.sampled_from(["https://", "http://", "feed://", "feed:http://", "HTTPS://a.example/", "https://a.example?", ""]),
    st.text(),
    st.sampled_from(["", f"#{ITEM}", "#x", "?utm_id=1", "%", "%4", "%41"]),
)


@given(st.text() | link_like)
def test_the_canonical_form_is_its_own_canonical_form(url: str) -> None:
    canonical = canonical_url(url)
    assert canonical_url(canonical) == canonical


@given(link_like)
def test_a_link_stays_a_link_of_bounded_length(url: str) -> None:
    if refuse_reason(url) is None:
        canonical = canonical_url(url)
        assert refuse_reason(canonical) is None
        assert len(canonical) <= MAX_LENGTH
