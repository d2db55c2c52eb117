"""The link that signs one browser in, on a terminal: as a code that phones read."""

from __future__ import annotations

import segno

from ohdio_api.way_in import WayIn

ADDRESS = "https://nas.example/ohdio"
#: What each half block shows, above and below: light is what is drawn.
_LIGHT = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}


def modules(lines: list[str]) -> list[list[bool]]:
    """Return the dark modules of a drawn code, without the light ones around it."""
    rows = [[not _LIGHT[block][half] for block in line] for line in lines for half in (0, 1)]
    wide = len(lines[0]) - 2 * 2
    return [row[2 : 2 + wide] for row in rows[2 : 2 + wide]]


def test_is_drawn_as_the_code_of_just_this_link() -> None:
    way_in = WayIn.of("a-secret-of-the-test", ADDRESS)
    assert way_in.link is not None
    drawn = way_in.drawn(80)
    assert len({len(line) for line in drawn}) == 1
    expected = segno.make_qr(way_in.link, error="l").matrix
    assert modules(drawn) == [[bool(module) for module in row] for row in expected]
    assert set(drawn[0]) == {"█"}, "phones need something light around it"


def test_is_not_drawn_where_it_would_be_cut_or_where_there_is_none() -> None:
    way_in = WayIn.of("a-secret-of-the-test", ADDRESS)
    assert way_in.drawn(30) == []
    assert way_in.drawn(None) == []
    assert WayIn.of("a-secret-of-the-test", None).drawn(80) == []


def test_fits_a_terminal_of_a_usual_size() -> None:
    drawn = WayIn.of("a-secret-of-the-test", f"https://{'nas-of-the-house.' * 4}example/audiobooks").drawn(80)
    assert 0 < len(drawn) <= 36
