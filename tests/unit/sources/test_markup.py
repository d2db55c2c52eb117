from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.sources.markup import line_of_text, plain_text
from tests.fixtures.effort import seconds_of_work


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain  words\n\n here ", "plain words\nhere"),
        ("a &lt; b &amp; c&nbsp;d&eacute;", "a < b & c dé"),
        ("<p>one</p>\n<p>two<br>three</p>", "one\ntwo\nthree"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("one <b>two</b><i>three</i>", "one twothree"),
        ("<script>alert(1)</script><style>p{}</style>words", "words"),
        ("<!-- no -->words<?php no ?>", "words"),
        ("1 < 2", "1 < 2"),
        ("<b>\x00bold\x1b</b>", "bold"),
        ("</div></body></html>words & more", "words & more"),
        ("<html lang=fr><body>words</body></html><body class='x'> & more", "words & more"),
        ("<html <body words", ""),
        ("", ""),
    ],
)
def test_text_is_what_a_reader_would_see(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_a_title_is_one_line() -> None:
    assert line_of_text("<p>one</p><p>two</p>") == "one two"


@given(st.text() | st.text().map(lambda text: f"<p>&{text}") | st.text(alphabet="<>&!-/?[]ab \x00\ud800"))
def test_any_text_gives_text(html: str) -> None:
    text = plain_text(html)
    assert text == text.strip()
    assert text.isascii() or text.encode()


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "piece", ["<html ", "</body", "<html>", "<", "<p", "<p>", "<!--", "&", "&#1;", "\r\n", "<b>x</b>"]
)
def test_a_megabyte_of_the_same_takes_no_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert seconds_of_work(lambda: plain_text(text), enough=3) < 3
