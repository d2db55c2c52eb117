"""How pages call things that have no name of their own."""

from __future__ import annotations

import pytest

from ohdio_api.web.parts.naming import site_of


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://stories.example/a/b?c=https://other.example/#d", "stories.example"),
        ("https://www.Stories.example:8443?a=//b", "stories.example"),
        ("http://someone:secret@stories.example#a", "stories.example"),
        ("https://[2001:db8::1]:80/a", "2001:db8::1"),
        ("//stories.example/a", "stories.example"),
        ("https:///a", ""),
        ("mailto:someone@stories.example", ""),
        ("a/b://c", ""),
        ("", ""),
        ("https://[stories.example/a", "https://[stories.example/a"),
    ],
)
def test_a_site_is_the_host_of_an_address_or_the_whole_of_one_that_nobody_can_read(url: str, site: str) -> None:
    assert site_of(url) == site
    assert site_of(url) == site  # what was found out before says the same
