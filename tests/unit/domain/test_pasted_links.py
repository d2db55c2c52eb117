"""A pasted text is divided where a link begins, and nowhere else."""

from __future__ import annotations

import pytest

from ohdio_core.domain.identity import refuse_reason
from ohdio_core.domain.pasted_links import pasted_links
from tests.fixtures.effort import seconds_of_work


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("", []),
        (" \n\t ", []),
        ("https://a.example/x", ["https://a.example/x"]),
        (" https://a.example/x  https://b.example/y\n", ["https://a.example/x", "https://b.example/y"]),
        ("https://a.example/x\nfeed://b.example/y", ["https://a.example/x", "feed://b.example/y"]),
        ("https://exa mple.com/x", ["https://exa mple.com/x"]),
        ("https://a.example/a b c", ["https://a.example/a b c"]),
        ("https://a.example/a b https://b.example/", ["https://a.example/a b", "https://b.example/"]),
        ("the lighthouse", ["the lighthouse"]),
        ("example.org/feed.xml  example.com/a.mp3", ["example.org/feed.xml", "example.com/a.mp3"]),
        ("<https://a.example/x> <https://b.example/y>", ["<https://a.example/x>", "<https://b.example/y>"]),
        ("“https://a.example/x” and “https://b.example/y”", ["“https://a.example/x” and", "“https://b.example/y”"]),
        (
            "https://a.example/ view-source:https://b.example/ c",
            ["https://a.example/", "view-source:https://b.example/ c"],
        ),
    ],
)
def test_a_link_is_what_has_a_scheme(text: str, links: list[str]) -> None:
    assert pasted_links(text) == links


@pytest.mark.parametrize(
    "text",
    ["a" + " " * 200_000 + "1", "a." * 100_000, "a:" * 100_000 + " b", "a" * 200_000 + " b"],
    ids=["blanks", "dots", "colons", "letters"],
)
def test_a_long_text_is_read_in_one_pass(text: str) -> None:
    assert len(pasted_links(text)) == 1
    assert seconds_of_work(lambda: pasted_links(text), enough=1) < 1


def test_a_host_with_a_blank_is_one_link_that_is_refused() -> None:
    (link,) = pasted_links("https://exa mple.com/x")
    refused = refuse_reason(link)
    assert refused is not None
    assert refused.id == "link.blanks"
