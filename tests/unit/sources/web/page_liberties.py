"""What a page means, and the notations in which pages say it: each function one liberty, and where it was met."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

SITE = "https://stories.example"


@dataclass(frozen=True)
class Recording:
    """A part of the book."""

    name: str  #: of its file
    title: str

    @property
    def address(self) -> str:
        return f"{SITE}/livres/{quote(self.name)}"


@dataclass(frozen=True)
class Book:
    """What a page means."""

    title: str
    author: str | None
    reader: str | None
    parts: tuple[Recording, ...]


Notation = Callable[[Book], str]
Saying = Callable[[Book], str]


# How a page offers its recordings.


def figures(book: Book) -> str:
    """A figure with a player and a caption: WordPress's block."""
    return "".join(
        f'<figure class="wp-block-audio"><audio controls src="{escape(one.address)}"></audio>'
        f'<figcaption class="wp-element-caption">{escape(one.title)}</figcaption></figure>'
        for one in book.parts
    )


def shortcodes(book: Book) -> str:
    """A player below a heading, with a number in its address and a link for old browsers: WordPress's `[audio]`."""
    return "".join(
        f'<h3>{escape(one.title)}</h3><!--[if lt IE 9]><script>document.createElement("audio");</script><![endif]-->'
        f'<audio class="wp-audio-shortcode" id="audio-7-{number}" preload="none" style="width: 100%;" '
        f'controls="controls"><source type="audio/mpeg" src="{escape(one.address)}?_={number}" />'
        f'<a href="{escape(one.address)}">{escape(one.address)}</a></audio>'
        for number, one in enumerate(book.parts, 1)
    )


def list_of_a_player(book: Book) -> str:
    """A list as JSON: WordPress's `[playlist]`."""
    tracks = [{"src": one.address, "type": "audio/mpeg", "title": one.title, "meta": {}} for one in book.parts]
    told = json.dumps({"type": "audio", "tracklist": True, "tracks": tracks}).replace("/", "\\/")
    return f'<div class="wp-playlist"><script type="application/json" class="wp-playlist-script">{told}</script></div>'


def players_and_downloads(book: Book) -> str:
    """A player, and links to play it elsewhere and to download it: PowerPress."""
    return "".join(
        f'<h3>{escape(one.title)}</h3><div class="powerpress_player"><audio preload="none" controls>'
        f'<source src="{escape(one.address)}?_={number}" type="audio/mpeg"></audio></div><p class="powerpress_links">'
        f'Podcast: <a href="{escape(one.address)}" title="Play in new window" rel="nofollow">Play in new window</a> | '
        f'<a href="{escape(one.address)}" title="Download" rel="nofollow" download>Download</a> (12.5MB)</p>'
        for number, one in enumerate(book.parts, 1)
    )


def links(book: Book) -> str:
    """Links in a list: pages by hand."""
    items = "".join(f'<li><a href="{escape(one.address)}">{escape(one.title)}</a> (3:12)</li>' for one in book.parts)
    return f"<ol>{items}</ol>"


def downloads_below_headings(book: Book) -> str:
    """A heading, and a link below it that says only what it is for: podcasters' blogs."""
    words = ("Télécharger (MP3, 12 Mo)", "Herunterladen", "Download")
    return "".join(
        f'<h3>{escape(one.title)}</h3><p>Une partie.</p><p><a class="button" href="{escape(one.address)}">'
        f"{words[number % 3]}</a></p>"
        for number, one in enumerate(book.parts)
    )


def several_forms(book: Book) -> str:
    """Each recording in several forms, the small one first: archive.org and those who copy from it."""
    return "".join(
        f'<p><b>{escape(one.title)}</b> <a href="{escape(one.address.replace(".mp3", "_64kb.mp3"))}">64kb</a> '
        f'<a href="{escape(one.address)}" title="{escape(one.title)}">MP3</a> '
        f'<a href="{escape(one.address.replace(".mp3", ".ogg"))}">Ogg</a></p>'
        for one in book.parts
    )


def rows(book: Book) -> str:
    """A table with a number, a title, a length and a link to each: LibriVox, littératures audio."""
    lines = "".join(
        f"<tr><td>{number}</td><td>{escape(one.title)}</td><td>00:03:12</td>"
        f'<td><a href="{escape(one.address)}">MP3</a></td></tr>'
        for number, one in enumerate(book.parts, 1)
    )
    return f"<table><tr><th>#</th><th>Chapitre</th><th>Durée</th><th></th></tr>{lines}</table>"


def data_attributes(book: Book) -> str:
    """Attributes for a script: players of shops and radios."""
    return "".join(
        f'<div class="track" data-mp3="{escape(one.address)}" data-title="{escape(one.title)}">▶</div>'
        for one in book.parts
    )


def json_attribute(book: Book) -> str:
    """JSON in one attribute: players of frameworks."""
    tracks = [{"name": one.title, "file": {"mp3": one.address}, "cover": "/c.jpg"} for one in book.parts]
    return f'<div id="player" data-playlist="{escape(json.dumps(tracks))}"></div>'


def lazy_players(book: Book) -> str:
    """Players that load when they are seen: optimisers of speed."""
    return "".join(
        f'<audio class="lazyload" preload="none" title="{escape(one.title)}" data-src="{escape(one.address)}"></audio>'
        for one in book.parts
    )


def json_ld(book: Book) -> str:
    """An `Audiobook` of schema.org with its recordings: libraries."""
    return _json_ld(book, "Audiobook", "AudioObject")


def json_ld_of_wrong_types(book: Book) -> str:
    """A `Book` whose recordings are called `MediaObject`: plugins for search engines."""
    return _json_ld(book, "Book", "MediaObject")


def microdata(book: Book) -> str:
    """The same as microdata: themes of shops."""
    people = "".join(
        f'<span itemprop="{name}">{escape(said)}</span>'
        for name, said in (("author", book.author), ("readBy", book.reader))
        if said
    )
    parts = "".join(
        f'<div itemprop="hasPart" itemscope itemtype="http://schema.org/AudioObject"><b itemprop="name">'
        f'{escape(one.title)}</b><link itemprop="contentUrl" href="{escape(one.address)}"></div>'
        for one in book.parts
    )
    return (
        f'<div itemscope itemtype="http://schema.org/Audiobook"><h2 itemprop="name">{escape(book.title)}</h2>'
        f"{people}{parts}</div>"
    )


def _json_ld(book: Book, kind: str, kind_of_parts: str) -> str:
    parts = [{"@type": kind_of_parts, "name": one.title, "contentUrl": one.address} for one in book.parts]
    told = {
        "@context": "https://schema.org",
        "@type": kind,
        "name": book.title,
        **({"author": {"@type": "Person", "name": book.author}} if book.author else {}),
        **({"readBy": book.reader} if book.reader else {}),
        "hasPart": parts,
    }
    return f'<script type="application/ld+json">{json.dumps(told, ensure_ascii=False)}</script>'


SELF_DESCRIBED: tuple[Notation, ...] = (json_ld, json_ld_of_wrong_types, microdata)
NOTATIONS: tuple[Notation, ...] = (
    *(figures, shortcodes, list_of_a_player, players_and_downloads, links, downloads_below_headings, several_forms),
    *(rows, data_attributes, json_attribute, lazy_players, *SELF_DESCRIBED),
)


# How a page says who wrote and who reads it.


def in_english(book: Book) -> str:
    """Labels in English: pages in English."""
    return _said(book, "<p>Author: {}</p>", "<p>Read by {}</p>")


def in_french(book: Book) -> str:
    """Labels in French: pages in French."""
    return _said(book, "<p><strong>Auteur&nbsp;:</strong> {}<br>", "<strong>Lu par</strong> {}</p>")


def in_german(book: Book) -> str:
    """Labels in German, as terms of a list: pages in German."""
    return f"<dl>{_said(book, '<dt>Autorin</dt><dd>{}</dd>', '<dt>Sprecher:in</dt><dd>{}</dd>')}</dl>"


def as_rows(book: Book) -> str:
    """Labels as the heads of rows: shops."""
    return (
        f"<table>{_said(book, '<tr><th>Autor</th><td>{}</td></tr>', '<tr><th>Narrateur</th><td>{}</td></tr>')}</table>"
    )


def _said(book: Book, author: str, reader: str) -> str:
    pieces = ((author, book.author), (reader, book.reader))
    return "".join(form.format(escape(name)) for form, name in pieces if name)


SAYINGS: tuple[Saying, ...] = (in_english, in_french, in_german, as_rows)
