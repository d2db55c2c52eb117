"""Services of which everything is protected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.sources.protected import protected_reason


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://open.spotify.com/show/0Invented", "Spotify"),
        ("http://WWW.Audible.co.uk/pd/x", "Audible"),
        ("https://www.netflix.com/title/1", "Netflix"),
        ("https://music.youtube.com/watch?v=x", "YouTube Music"),
    ],
)
def test_their_links_are_refused_with_the_reason(url: str, name: str) -> None:
    reason = protected_reason(url)
    assert reason is not None
    assert f"The recordings of {name} are protected (DRM); ohdio never removes protection." in reason.text


@pytest.mark.parametrize(
    "url", ["https://notspotify.com/x", "https://spotify.com.example/", "https://www.youtube.com/watch?v=x", "nonsense"]
)
def test_other_links_are_not(url: str) -> None:
    assert protected_reason(url) is None


@given(st.text())
def test_any_text_has_a_reason_or_none(text: str) -> None:
    assert protected_reason(text) is None
