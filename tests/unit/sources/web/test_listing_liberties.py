"""Directory listings from a grammar: a shelf is written as servers write it, and read back, or is no listing.

Each function below is one liberty; the first line of its docstring says whose it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from ohdio_core.domain.natural_order import natural_order
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.listing import read_listing

SITE = "https://files.example:8000"
PATH = "/books/Lune noire/"
URL = f"{SITE}{quote(PATH)}"


@dataclass(frozen=True)
class Shelf:
    """What a directory holds."""

    files: tuple[str, ...]
    folders: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """An entry as a page writes it."""

    reference: str
    shown: str


Style = Callable[[list[Row]], str]


def apache(rows: list[Row]) -> str:
    """Apache with a table, columns to sort by, and pictures before the names."""
    lines = "".join(f'<tr><td><img alt="[   ]"></td><td><a href="{r.reference}">{r.shown}</a></td></tr>' for r in rows)
    head = '<tr><th><a href="?C=N;O=D">Name</a></th></tr><tr><td><a href="/books/">Parent Directory</a></td></tr>'
    return f"<title>Index of {PATH}</title><table>{head}{lines}</table><address>Apache/2.4 Server</address>"


def nginx(rows: list[Row]) -> str:
    """nginx with text between the links."""
    lines = "".join(f'<a href="{r.reference}">{r.shown}</a>   12-Nov-2021 10:00   -\n' for r in rows)
    return f'<title>Index of {PATH}</title><pre><a href="../">../</a>\n{lines}</pre>'


def caddy(rows: list[Row]) -> str:
    """Caddy, whose title is the folder's name, with the way there and a footer of its own."""
    lines = "".join(f'<tr><td><a href="{r.reference}"><span>{r.shown}</span></a></td></tr>' for r in rows)
    way = '<h1><a href="/">/</a><a href="../">books</a></h1><a href="./?sort=name&amp;order=desc">Name</a>'
    footer = '<footer><a href="https://caddyserver.com">Caddy</a></footer>'
    return f"<title>Lune noire</title>{way}<table>{lines}</table>{footer}"


def webfs(rows: list[Row]) -> str:
    """webfs, whose title is a host and a path."""
    lines = "".join(f'drwxr-xr-x  root  Nov 29 19:06  <a href="{r.reference}">{r.shown}</a>\n' for r in rows)
    return f"<title>files.example:8000{PATH}</title><h1>listing: <a href='/'>/</a></h1><pre>{lines}</pre>"


def h5ai(rows: list[Row]) -> str:
    """h5ai without its scripts."""
    lines = "".join(f'<tr><td><a href="{r.reference}">{r.shown}</a></td><td>36 KB</td></tr>' for r in rows)
    return f'<title>index - powered by h5ai v0.30</title><a href="..">Parent Directory</a><table>{lines}</table>'


def fancyindex(rows: list[Row]) -> str:
    """nginx's fancyindex: a table with columns to sort by, and the way up with their query."""
    lines = "".join(f'<tr><td class="link"><a href="{r.reference}">{r.shown}</a></td><td>-</td></tr>' for r in rows)
    head = '<tr><th><a href="?C=N&amp;O=A">File Name</a>&nbsp;<a href="?C=N&amp;O=D">&darr;</a></th></tr>'
    up = '<tr><td class="link"><a href="../?C=N&amp;O=A">Parent directory/</a></td><td>-</td></tr>'
    return f'<title>Index of {PATH}</title><h1>Index of {PATH}</h1><table id="list">{head}{up}{lines}</table>'


def tomcat(rows: list[Row]) -> str:
    """Tomcat, whose title names the way up, too."""
    lines = "".join(f'<tr><td>&nbsp;<a href="{r.reference}"><tt>{r.shown}</tt></a></td></tr>' for r in rows)
    title = f"Directory Listing For [{PATH}] - Up To [/books]"
    up = '<h1><a href="/books/"><b>Up To [/books]</b></a></h1>'
    return f"<title>{title}</title>{up}<table>{lines}</table><h3>Tomcat</h3>"


def jetty(rows: list[Row]) -> str:
    """Jetty, with blanks that do not break behind names."""
    lines = "".join(f'<tr><td class="name"><a href="{r.reference}">{r.shown}&nbsp;</a></td></tr>' for r in rows)
    up = '<tr><td class="name"><a href="/books/">Parent Directory</a></td></tr>'
    return f'<title>Directory: {PATH}</title><table class="listing"><a href="?C=N&O=D">Name</a>{up}{lines}</table>'


def last(rows: list[Row]) -> str:
    """Pages by hand in that look, with the ways up at their end."""
    lines = "".join(f'<li><a href="{r.reference}">{r.shown}</a>' for r in rows)
    return f'<title>Index of {PATH}</title><ul>{lines}<li><a href="..">Up</a><li><a href="/">Home</a></ul>'


def go(rows: list[Row]) -> str:
    """Go's file server: links in a `pre`, and no title at all."""
    lines = "".join(f'<a href="{r.reference}">{r.shown}</a>' for r in rows)
    return f"<pre>{lines}</pre>"


def relative(name: str) -> str:
    """A name beside the page, everything escaped that may be."""
    return quote(name, safe="/")


def relative_with_dot(name: str) -> str:
    """`./` before the name, so that a colon in it is no scheme."""
    return f"./{quote(name, safe='/')}"


def from_the_root(name: str) -> str:
    """The whole path: IIS, h5ai, npm's http-server."""
    return f"{quote(PATH)}{quote(name, safe='/')}"


def whole(name: str) -> str:
    """The whole address: Directory Lister."""
    return f"{URL}{quote(name, safe='/')}"


def hardly_escaped(name: str) -> str:
    """Only what must be: blanks, percent signs, hashes and question marks."""
    return escape(quote(name, safe="/!$&'()*+,;=@[]éèœ")) if ":" not in name else relative_with_dot(name)


def in_small_hexadecimals(name: str) -> str:
    """Small hexadecimals: lighttpd and webfs."""
    return "".join(f"%{byte:02x}" if byte > 127 or chr(byte) in " %#?&:;" else chr(byte) for byte in name.encode())


STYLES: tuple[Style, ...] = (apache, nginx, fancyindex, caddy, webfs, h5ai, tomcat, jetty, last, go)
REFERENCES = (relative, relative_with_dot, from_the_root, whole, hardly_escaped, in_small_hexadecimals)

_NAMES = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        ["Chapitre 1", "Chapitre 10", "Été", "100%", "What?", "No. #1", "a:b", "Sea & Sand", "l'eau", "[x]"]
    ),
    st.sampled_from(["", " ", " - ", "_", "+", ";", ","]),
    st.sampled_from(["", "1", "2", "(3)", "fin", "œuvre"]),
)


@st.composite
def shelves(draw: st.DrawFn) -> Shelf:
    names = draw(st.lists(_NAMES, min_size=1, max_size=6, unique_by=str.strip))
    cut = draw(st.integers(0, len(names)))
    return Shelf(tuple(f"{name}.mp3" for name in names[:cut]), tuple(name.strip() for name in names[cut:]))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Shelf, str]:
    shelf = draw(shelves())
    refer = draw(st.sampled_from(REFERENCES))
    entries = draw(st.permutations([*shelf.files, *(f"{name}/" for name in shelf.folders)]))
    return shelf, draw(st.sampled_from(STYLES))([Row(refer(name), escape(name, quote=False)) for name in entries])


def check(case: tuple[Shelf, str]) -> None:
    shelf, page = case
    note(page)
    found = read_listing(Document(page.encode(), URL, "text/html; charset=utf-8"))
    if found is None:
        return
    assert [unquote(one.url).rpartition("/")[2] for one in found.audio] == sorted(shelf.files, key=natural_order)
    folders = [unquote(url).rstrip("/").rpartition("/")[2] for url in (*found.discs, *found.directories)]
    assert sorted(folders) == sorted(shelf.folders)


@settings(max_examples=200)
@given(cases())
def test_a_shelf_is_read_as_it_is_or_is_none(case: tuple[Shelf, str]) -> None:
    check(case)


@pytest.mark.full
@settings(max_examples=3000)
@given(cases())
def test_thousands_of_shelves_are(case: tuple[Shelf, str]) -> None:
    check(case)
