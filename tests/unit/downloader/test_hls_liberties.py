"""HLS playlists from a grammar: what is to be fetched, written with the liberties of real packagers, is read back.

Each function below is one liberty; the first line of its docstring says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from ohdio_core.errors import OhdioError
from ohdio_downloader.fetch.playlist import Segment, SegmentRange, read_media_playlist
from ohdio_downloader.fetch.tags import read_lines

FOLDER = "https://media.example/livre"
URL = f"{FOLDER}/liste.m3u8?token=a1"
_MOST_LIBERTIES = 5


@dataclass(frozen=True)
class Piece:
    """A segment, and how it differs from the one before it."""

    name: str
    seconds: float
    length: int | None  #: of a range of one file
    is_keyed: bool
    is_new: bool


def written(pieces: list[Piece]) -> str:
    """Write a playlist as RFC 8216 has it."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:4", "#EXT-X-TARGETDURATION:10", "#EXT-X-PLAYLIST-TYPE:VOD"]
    is_keyed, place = False, 0
    for piece in pieces:
        if piece.is_new:
            lines.append("#EXT-X-DISCONTINUITY")
        if piece.is_keyed != is_keyed:
            is_keyed = piece.is_keyed
            lines.append('#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x0A' if is_keyed else "#EXT-X-KEY:METHOD=NONE")
        lines.append(f"#EXTINF:{piece.seconds},")
        if piece.length is None:
            lines.append(piece.name)
        else:
            lines += [f"#EXT-X-BYTERANGE:{piece.length}@{place}", "all.ts"]
            place += piece.length
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def meant(pieces: list[Piece]) -> list[tuple[object, ...]]:
    """Return what is to be fetched: address, length, range, key and whether something new begins."""
    place, told = 0, list[tuple[object, ...]]()
    for piece in pieces:
        key = (f"{FOLDER}/k", (10).to_bytes(16, "big")) if piece.is_keyed else None
        span = None if piece.length is None else SegmentRange(place, piece.length)
        place += piece.length or 0
        name = piece.name if piece.length is None else "all.ts"
        told.append((f"{FOLDER}/{name}", piece.seconds, span, key, piece.is_new))
    return told


def read(body: bytes) -> list[tuple[object, ...]] | None:
    """Return what is read, in the same form; None where it is refused."""
    try:
        segments = read_media_playlist(read_lines(body, URL), URL).segments
    except OhdioError as error:
        note(str(error))
        return None
    return [(each.url, each.duration, each.byte_range, _key(each), each.is_new) for each in segments]


def _key(segment: Segment) -> tuple[str, bytes] | None:
    return None if segment.key is None else (segment.key.url, segment.key.iv)


def a_mark_and_remarks_before_it(text: str) -> str:
    """A byte order mark and remarks before the first line: editors, and servers that sign what they make."""
    return f"\ufeff\n# made by hand\n{text}"


def lines_of_windows(text: str) -> str:
    """Lines that end as Windows ends them."""
    return text.replace("\n", "\r\n")


def blanks_and_empty_lines(text: str) -> str:
    """Blanks at the ends of lines, and empty lines between them: templates."""
    return text.replace("\n", " \t\n\n")


def tags_in_small_letters(text: str) -> str:
    """Tags in small letters: scripts."""
    return re.sub(r"(?m)^#EXT(?!M3U)[A-Z0-9-]*", lambda tag: tag[0].lower(), text)


def blanks_in_attributes(text: str) -> str:
    """Blanks around colons, commas and equals signs: lists by hand."""
    return re.sub(r"(METHOD|URI|IV)=", r" \1 = ", text).replace("#EXTINF:", "#EXTINF: ")


def attributes_without_quotes(text: str) -> str:
    """Attributes without quotes: scripts."""
    return text.replace('URI="k"', "URI=k")


def titles(text: str) -> str:
    """Titles behind lengths, with commas and equals signs: recorders of radio."""
    return re.sub(r"(#EXTINF:[^,\n]*),", r'\1,Odile, "x"=2 tvg-id="a,b"', text)


def no_commas(text: str) -> str:
    """No comma behind a length: old packagers."""
    return re.sub(r"(#EXTINF:[^,\n]*),\s*$", r"\1", text, flags=re.MULTILINE)


def tags_of_advertisers(text: str) -> str:
    """Tags that are of no use here, with values that cannot be read: servers that insert advertisements."""
    more = (
        "#EXT-X-CUE-OUT:DURATION=\n#EXT-X-PROGRAM-DATE-TIME:2021-13-45\n#EXT-OATCLS-SCTE35:/DA\n#EXT-X-DATERANGE:ID=\n"
    )
    return re.sub(r"(?mi)^(?=#EXTINF)", more, text)


def whole_addresses(text: str) -> str:
    """Whole addresses: delivery networks."""
    return re.sub(r"(?m)^(?=\w+\.ts)", f"{FOLDER}/", text)


def addresses_from_the_root(text: str) -> str:
    """Addresses from the root: delivery networks."""
    return re.sub(r"(?m)^(?=\w+\.ts)", "/livre/", text)


def a_key_before_each(text: str) -> str:
    """The same key before each segment: Wowza and FFmpeg with a file of keys."""
    key = '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x0A'
    lines, now = list[str](), ""
    for line in text.split("\n"):
        now = line if line.startswith("#EXT-X-KEY") else now
        lines += [now, line] if line.startswith("#EXTINF") and now == key else [line]
    return "\n".join(lines)


def plain_from_the_beginning(text: str) -> str:
    """No key, said before the first segment: packagers that say everything."""
    return text.replace("#EXTINF", "#EXT-X-KEY:METHOD=NONE\n#EXTINF", 1) if "AES" not in text else text


def ranges_that_go_on(text: str) -> str:
    """Ranges without a beginning, which go on where the one before ended: Apple's own packager."""
    return re.sub(r"(#EXT-X-BYTERANGE:\d+)@[1-9]\d*", r"\1", text)


def no_end(text: str) -> str:
    """No mark of the end where the type says that there is one: recorders that were stopped."""
    return re.sub(r"(?mi)^#EXT-X-ENDLIST\s*", "", text)


def no_type(text: str) -> str:
    """No type where the end is marked: most packagers."""
    return re.sub(r"(?mi)^#EXT-X-PLAYLIST-TYPE.*\n", "", text) if "ENDLIST" in text.upper() else text


def variables(text: str) -> str:
    """Addresses with a variable: RFC 8216bis."""
    named = re.sub(r"(?m)^(?=\w+\.ts)", "{$where}/", text)
    return re.sub(r"(?mi)\A(\W*(?:# .*\s*)?#EXTM3U)", rf'\1\n#EXT-X-DEFINE:NAME="where",VALUE="{FOLDER}"', named)


Liberty = Callable[[str], str]
LIBERTIES: tuple[Liberty, ...] = (
    *(whole_addresses, addresses_from_the_root, variables, a_key_before_each, plain_from_the_beginning),
    *(ranges_that_go_on, titles, no_commas, tags_of_advertisers, no_type, no_end, blanks_in_attributes),
    *(attributes_without_quotes, tags_in_small_letters, blanks_and_empty_lines, lines_of_windows),
    *(a_mark_and_remarks_before_it,),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Piece], str]:
    is_of_ranges = draw(st.booleans())
    seconds = st.sampled_from([4.0, 10.0, 0.5, 9.984])
    pieces = [
        Piece(
            name=f"{number}.ts",
            seconds=draw(seconds),
            length=draw(st.integers(1, 10**6)) if is_of_ranges else None,
            is_keyed=draw(st.booleans()),
            is_new=number > 0 and draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 5)))
    ]
    text = written(pieces)
    chosen = draw(st.lists(st.sampled_from(LIBERTIES), max_size=_MOST_LIBERTIES, unique=True))
    for liberty in sorted(chosen, key=LIBERTIES.index):
        text = liberty(text)
    note(", ".join(liberty.__name__ for liberty in chosen))
    return pieces, text


def check(case: tuple[list[Piece], str]) -> None:
    pieces, text = case
    note(text)
    found = read(text.encode())
    assert found is None or found == meant(pieces)


@settings(max_examples=200)
@given(cases())
def test_a_playlist_is_read_as_what_it_means_or_refused(case: tuple[list[Piece], str]) -> None:
    check(case)


@pytest.mark.full
@settings(max_examples=4000, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_thousands_of_playlists_are(case: tuple[list[Piece], str]) -> None:
    check(case)


@pytest.mark.parametrize("liberty", LIBERTIES, ids=lambda liberty: liberty.__name__)
def test_each_liberty_alone_is_forgiven(liberty: Liberty) -> None:
    for length in (None, 1000):
        pieces = [Piece("0.ts", 4.0, length, is_keyed=False, is_new=False), Piece("1.ts", 4.0, length, True, True)]
        assert read(liberty(written(pieces)).encode()) == meant(pieces)
