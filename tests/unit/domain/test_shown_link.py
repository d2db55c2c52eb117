from __future__ import annotations

import pytest

from ohdio_core.domain.shown_link import shown_link


@pytest.mark.parametrize(
    ("pasted", "shown"),
    [
        (" https://stories.example/a?b=c ", "https://stories.example/a?b=c"),
        ("https://someone:secret@stories.example/a", "https://…@stories.example/a"),
        ("https://someone:sec@ret/@stories.example/a", "https://…@stories.example/a"),
        ("someone:secret@stories.example", "…@stories.example"),
        ("not a link", "not a link"),
        ("", ""),
    ],
)
def test_a_link_is_shown_without_its_password(pasted: str, shown: str) -> None:
    assert shown_link(pasted) == shown


def test_a_long_one_is_cut_and_any_can_be_encoded() -> None:
    shown = shown_link("https://stories.example/" + "é\ud800" * 3000)
    assert len(shown) == 200
    assert shown.endswith("…")
    assert shown.encode().decode() == shown
