"""Playlists of files from a grammar: a list that is written with the liberties of real ones is read back, or refused.

Each function below is one liberty; the first line of its docstring stands in docs/sources/web.md, behind a colon whose.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from ohdio_core.errors import OhdioError
from ohdio_core.sources.web import links
from ohdio_core.sources.web.playlists import parse_playlist

SITE = "https://stories.example"
FOLDER = "/listes/Lune%20noire/"
URL = f"{SITE}{FOLDER}all.m3u"
_DOCS = Path(__file__).parents[4] / "docs" / "sources" / "web.md"
_MOST_LIBERTIES = 4


@dataclass(frozen=True)
class Entry:
    """A recording of a list: its file lies beside the list."""

    name: str  #: of its file, as people write it
    title: str | None
    seconds: int | None

    @property
    def address(self) -> str:
        return f"{SITE}{FOLDER}{quote(self.name)}"


@dataclass(frozen=True)
class Written:
    """An entry as a list writes it."""

    entry: Entry
    reference: str


# How a file is named.


def escaped(name: str) -> str:
    """A name that is escaped: programs that write for the web."""
    return quote(name)


def with_a_dot(name: str) -> str:
    """`./` before it: `find . -name '*.mp3'`."""
    return f"./{quote(name)}"


def from_the_root(name: str) -> str:
    """Its path: scripts on a server."""
    return f"{FOLDER}{quote(name)}"


def whole(name: str) -> str:
    """Its whole address: archive.org, LibriVox."""
    return f"{SITE}{FOLDER}{quote(name)}"


def without_a_scheme(name: str) -> str:
    """An address without its scheme: sites that moved to https."""
    return f"//stories.example{FOLDER}{quote(name)}"


def as_it_is(name: str) -> str:
    """A name as the disk has it, with blanks, `#` and `%`: Winamp, VLC and foobar2000, which write for disks."""
    return name


def from_windows(name: str) -> str:
    """Backslashes in the way to it: programs on Windows."""
    return f".\\{name}"


REFERENCES: tuple[Callable[[str], str], ...] = (
    *(escaped, with_a_dot, from_the_root, whole, without_a_scheme, as_it_is, from_windows),
)


# Notations.


def plain_m3u(entries: list[Written]) -> str:
    """Names alone: the first lists of Winamp, and `ls *.mp3 > all.m3u`."""
    return "".join(f"{one.reference}\n" for one in entries)


def extended_m3u(entries: list[Written]) -> str:
    """Extended M3U: nearly all programs."""
    return "#EXTM3U\n" + "".join(f"{_extinf(one.entry)}\n{one.reference}\n" for one in entries)


def pls(entries: list[Written]) -> str:
    """PLS: Winamp, Shoutcast, desktops of Linux."""
    lines = [line for number, one in enumerate(entries, 1) for line in _pls_lines(number, one)]
    return "\n".join(["[playlist]", *lines, f"NumberOfEntries={len(entries)}", "Version=2", ""])


def xspf(entries: list[Written]) -> str:
    """XSPF: VLC, archive.org."""
    tracks = "".join(
        f"<track><location>{escape(one.reference)}</location>"
        + (f"<title>{escape(one.entry.title)}</title>" if one.entry.title else "")
        + (f"<duration>{one.entry.seconds * 1000}</duration>" if one.entry.seconds else "")
        + "</track>"
        for one in entries
    )
    begin = '<?xml version="1.0" encoding="UTF-8"?><playlist version="1" xmlns="http://xspf.org/ns/0/">'
    return f"{begin}<title>x</title><trackList>{tracks}</trackList></playlist>"


NOTATIONS: tuple[Callable[[list[Written]], str], ...] = (plain_m3u, extended_m3u, pls, xspf)


def _extinf(entry: Entry) -> str:
    return f"#EXTINF:{entry.seconds or -1},{entry.title or ''}"


def _pls_lines(number: int, one: Written) -> list[str]:
    title = [f"Title{number}={one.entry.title}"] if one.entry.title else []
    return [f"File{number}={one.reference}", *title, f"Length{number}={one.entry.seconds or -1}"]


# What is done to the text of a list.


def zero_for_no_length(text: str) -> str:
    """0 for a length that is not known: cameras and car radios."""
    return text.replace("#EXTINF:-1,", "#EXTINF:0,")


def fractions_of_seconds(text: str) -> str:
    """Fractions of seconds: FFmpeg and players on Android."""
    return re.sub(r"#EXTINF:(\d+),", r"#EXTINF:\1.000,", text)


def attributes_with_commas(text: str) -> str:
    """Attributes before the title, with commas in them: lists of television (`tvg-name="a, b"`)."""
    return re.sub(r"#EXTINF:(-?\d+),", r'#EXTINF:\1 tvg-id="x" group-title="a, b",', text)


def a_blank_after_the_colon(text: str) -> str:
    """Blanks around numbers: lists by hand."""
    return re.sub(r"#EXTINF:(-?\d+),", r"#EXTINF: \1 , ", text)


def comments(text: str) -> str:
    """Remarks and the tags of other programs: VLC, AIMP, Kodi, Rockbox."""
    other = "#EXTVLCOPT:network-caching=1000\n#EXTGRP:x\n#EXTALB:y\n# done by hand\n#KODIPROP:a=b"
    if text.startswith("[playlist]"):
        return text.replace("[playlist]\n", "[playlist]\n; done by hand\nBrowser=x\n", 1)
    return text if "<" in text else re.sub(r"(?m)^(?!#|\Z)", f"{other}\n", text)


def empty_lines(text: str) -> str:
    """Empty lines: lists by hand."""
    return text if "<playlist" in text else text.replace("\n", "\n\n  \n")


def lines_of_windows(text: str) -> str:
    """Lines that end as Windows ends them: programs on Windows."""
    return text.replace("\n", "\r\n")


def lines_of_old_macs(text: str) -> str:
    """Lines that end with a carriage return alone: iTunes on old Macs."""
    return text.replace("\n", "\r")


def blanks_at_the_ends(text: str) -> str:
    """Blanks at the ends of lines: lists copied from pages."""
    return text if "<playlist" in text else text.replace("\n", " \t\n")


def no_last_line_end(text: str) -> str:
    """No end of the last line: lists by hand."""
    return text.rstrip("\n")


def a_header_in_small_letters(text: str) -> str:
    """Tags in small letters, and sections in capitals: scripts that nobody compared with anything."""
    return text.replace("#EXTM3U", "#extm3u").replace("#EXTINF", "#extinf").replace("[playlist]", "[PlayList]")


def keys_in_other_letters(text: str) -> str:
    """Keys in small letters, with blanks around the equals sign: desktops of Linux."""
    return re.sub(r"(?m)^(File|Title|Length|NumberOfEntries)(\d*)=", lambda key: f"{key[0][:-1].lower()} = ", text)


def numbers_from_zero(text: str) -> str:
    """Entries counted from 0: scripts."""
    return re.sub(r"(?m)^(File|Title|Length)(\d+)=", lambda key: f"{key[1]}{int(key[2]) - 1}=", text)


def entries_in_any_order(text: str) -> str:
    """Keys in any order: programs that keep them in a dictionary."""
    return re.sub(r"(?s)\A\[playlist\]\n(.*)\Z", lambda all_: _reversed_lines(all_[1]), text)


def a_wrong_number_of_entries(text: str) -> str:
    """A number of entries that is wrong: lists that somebody has cut."""
    return re.sub(r"NumberOfEntries=\d+", "NumberOfEntries=99", text)


def no_namespace(text: str) -> str:
    """XSPF without its namespace: scripts."""
    return text.replace(' xmlns="http://xspf.org/ns/0/"', "")


def a_prefix(text: str) -> str:
    """XSPF with a prefix: serialisers of XML."""
    text = text.replace("xmlns=", "xmlns:x=")
    return re.sub(r"<(/?)(playlist|trackList|track|location|title|duration)", r"<\1x:\2", text)


def titles_in_cdata(text: str) -> str:
    """Titles as CDATA: templates."""
    return re.sub(r"<title>([^<&]*)</title>", r"<title><![CDATA[\1]]></title>", text)


def what_vlc_adds(text: str) -> str:
    """Extensions with numbers and options of their own: VLC."""
    extension = (
        '<extension application="http://www.videolan.org/vlc/playlist/0"><vlc:id '
        'xmlns:vlc="http://www.videolan.org/vlc/playlist/ns/0/">0</vlc:id><location>no.mp3</location></extension>'
    )
    return text.replace("</track>", f"{extension}</track>")


def other_elements_of_a_track(text: str) -> str:
    """Creator, album, picture and link beside the title: archive.org."""
    more = "<creator>x</creator><album>y</album><image>z.jpg</image><info>http://a.example/i.mp3</info>"
    return text.replace("<track>", f"<track>{more}")


def blanks_around_locations(text: str) -> str:
    """Line breaks around addresses: printers that indent."""
    return re.sub(r"<location>([^<]*)</location>", r"<location>\n  \1\n </location>", text)


def entities_of_html(text: str) -> str:
    """HTML's entities in XML: templates."""
    return text.replace("é", "&eacute;") if "<playlist" in text else text


def ampersands_as_they_are(text: str) -> str:
    """Ampersands as they are in XML: templates."""
    return text.replace("&amp;", "&") if "<playlist" in text else text


Liberty = Callable[[str], str]
MARKUP: tuple[Liberty, ...] = (
    *(zero_for_no_length, fractions_of_seconds, attributes_with_commas, a_blank_after_the_colon, comments),
    *(empty_lines, blanks_at_the_ends, no_last_line_end, a_header_in_small_letters, keys_in_other_letters),
    *(numbers_from_zero, entries_in_any_order, a_wrong_number_of_entries, no_namespace, a_prefix, titles_in_cdata),
    *(what_vlc_adds, other_elements_of_a_track, blanks_around_locations, entities_of_html, ampersands_as_they_are),
    *(lines_of_windows, lines_of_old_macs),
)


def _reversed_lines(lines: str) -> str:
    return "\n".join(["[playlist]", *reversed(lines.splitlines()), ""])


# From the text to its bytes.


def utf_8(text: str) -> bytes:
    """UTF-8: most, whatever the ending says."""
    return text.encode()


def utf_8_with_a_mark(text: str) -> bytes:
    """A byte order mark before UTF-8: editors on Windows."""
    return text.encode("utf-8-sig")


def utf_16(text: str) -> bytes:
    """UTF-16: what Windows calls Unicode."""
    return text.replace("UTF-8", "UTF-16").encode("utf-16")


def windows_1252(text: str) -> bytes:
    """Windows 1252: lists of Winamp."""
    return text.replace("UTF-8", "windows-1252").encode("cp1252", "xmlcharrefreplace")


ENCODINGS: tuple[Callable[[str], bytes], ...] = (utf_8, utf_8_with_a_mark, utf_16, windows_1252)


_NAMES = st.builds(
    "{}{}".format,
    st.sampled_from(["01", "Chapitre 1", "Été", "100% pur", "No. #", "l'eau", "a+b", "[x]", "Sea & Sand", "œuvre"]),
    st.integers(1, 999),
)
_TITLES = st.one_of(
    st.none(),
    st.sampled_from(["Le phare", "Odile Verneuil - La brume, 2e partie", "Mer & sable", "Été – œuvre", "#1", "1984"]),
)


@st.composite
def lists(draw: st.DrawFn) -> tuple[Entry, ...]:
    """Draw what a list holds."""
    names = draw(st.lists(_NAMES, min_size=1, max_size=5, unique=True))
    ending = draw(st.sampled_from([".mp3", ".MP3", ".ogg", ".m4a"]))
    return tuple(Entry(f"{name}{ending}", draw(_TITLES), draw(st.none() | st.integers(1, 100_000))) for name in names)


Case = tuple[tuple[Entry, ...], bytes, list[str]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a list, a document of it as it arrives, and what was done."""
    entries = draw(lists())
    refer = draw(st.sampled_from(REFERENCES))
    notation = draw(st.sampled_from(NOTATIONS))
    if notation is plain_m3u:
        entries = tuple(replace(entry, title=None, seconds=None) for entry in entries)
    text = notation([Written(entry, refer(entry.name)) for entry in entries])
    liberties = draw(st.lists(st.sampled_from(MARKUP), max_size=_MOST_LIBERTIES, unique=True))
    for liberty in sorted(liberties, key=MARKUP.index):
        text = liberty(text)
    encoding = draw(st.sampled_from(ENCODINGS))
    done = [refer, notation, *liberties, encoding]
    return entries, encoding(text), [one.__name__ for one in done]


def check(case: Case) -> None:
    entries, body, done = case
    note(", ".join(done))
    note(repr(body))
    try:
        found = parse_playlist(body, URL)
    except OhdioError as error:
        note(str(error))
        return
    assert [unquote(one.url) for one in found] == [unquote(entry.address) for entry in entries]
    assert [one.title for one in found] == [entry.title or links.name_in(entry.address) for entry in entries]
    known = [None if entry.seconds is None else timedelta(seconds=entry.seconds) for entry in entries]
    assert [one.duration for one in found] == known


@settings(max_examples=200)
@given(cases())
def test_a_list_is_read_as_what_it_means_or_refused(case: Case) -> None:
    check(case)


@pytest.mark.full
@settings(max_examples=4000, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_thousands_of_lists_are(case: Case) -> None:
    check(case)


def all_liberties() -> list[Callable[..., object]]:
    kinds: list[tuple[Callable[..., object], ...]] = [NOTATIONS, REFERENCES, MARKUP, ENCODINGS]
    return list(chain.from_iterable(kinds))


def test_the_docs_list_every_liberty() -> None:
    section = _DOCS.read_text(encoding="utf-8").partition("### Of playlists")[2].partition("\n#")[0]
    listed = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)[1:]
    assert listed == [tuple((liberty.__doc__ or "").rstrip(".").split(": ", 1)) for liberty in all_liberties()]


@pytest.mark.parametrize("liberty", MARKUP, ids=lambda liberty: liberty.__name__)
def test_each_liberty_changes_something(liberty: Liberty) -> None:
    entries = [Written(Entry("a b.mp3", "Été & mer", 61), "a%20b.mp3"), Written(Entry("c.mp3", "x", None), "c.mp3")]
    assert any(liberty(text) != text for text in (notation(entries) for notation in NOTATIONS))
