"""What is known of a book as ``metadata.opf`` beside its files, for players and Calibre.

The Open Packaging Format 2.0 (idpf.org/epub/20/spec/OPF_2.0.1_draft.htm), as Calibre writes it beside a book:
narrators are creators of their own, and the series is in two of Calibre's ``meta``, the one directly after the other.
Here each person stands alone, where tags have but a line for all, and what the tags of some formats cannot say.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.sax.saxutils import escape, quoteattr

from ohdio_core.collection.books import StoredBook
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.formats import picture_format
from ohdio_core.domain.sequence import sequence
from ohdio_core.library import Library
from ohdio_downloader.disk import write_whole

OPF = "metadata.opf"

_OPENING = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="2.0" unique-identifier="book">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">
"""
#: What XML 1.0 (section 2.2) has no way to write.
_NOT_WRITTEN = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
#: What would be taken for markup where a description is shown as HTML.
_LIKE_MARKUP = re.compile(r"<|&#?\w+;")


def describe(library: Library, directory: Path, book: StoredBook, home: PurePosixPath | None) -> None:
    """Write what is known of a book beside its files, unless somebody else has done so in its folder.

    Players of podcasts read none of it, and an episode has no folder of its own: there are its tags.

    Args:
        library: Where that is.
        directory: Of the files that are filed.
        book: It.
        home: Its folder; None where it has none yet.
    """
    if book.details.is_episode:
        return
    theirs = None if home is None else library.file(home / OPF)
    if home is None or theirs is None or theirs.name in library.our_files(home, book.owner_id):
        write_opf(directory, book)


def write_opf(directory: Path, book: StoredBook) -> None:
    """Write what is known of a book into the directory that becomes its folder.

    Raises:
        Postponed: The disk is full.
    """
    covers = sorted(path.name for path in directory.glob("cover.*") if picture_format(path) is not None)
    text = opf_of(book.details, book.owner_id.current, book.ref.url, cover=next(iter(covers), None))
    write_whole(directory / OPF, text.encode())


def opf_of(book: BookDetails, owner: str, link: str, *, cover: str | None = None) -> str:
    """Return a book's description.

    Args:
        book: All that is known of it.
        owner: Names it among all books.
        link: Of its page.
        cover: The name of a picture beside it.
    """
    lines = "".join(f"    {line}\n" for line in _metadata(book, owner, link))
    guide = "" if cover is None else f'  <guide><reference type="cover" title="Cover" href={_value(cover)}/></guide>\n'
    return f"{_OPENING}{lines}  </metadata>\n{guide}</package>\n"


def _metadata(book: BookDetails, owner: str, link: str) -> Iterator[str]:
    yield _element("identifier", owner, ' id="book" opf:scheme="ohdio"')
    for scheme, number in (("ISBN", book.isbn), ("ASIN", book.asin)):
        if number:
            yield _element("identifier", number, f' opf:scheme="{scheme}"')
    yield _element("title", book.title)
    # A book of which nobody is known as the author stands under its show, which is not to be split at its commas.
    yield from (_element("creator", name, ' opf:role="aut"') for name in book.shelf)
    yield from (_element("creator", name, ' opf:role="nrt"') for name in book.readers)
    yield from (_element("contributor", name, ' opf:role="trl"') for name in book.translators)
    told = {
        "description": _shown(book.description or ""),
        "publisher": book.publisher,
        "date": book.published,
        "language": book.language,
        "tag": book.audience,
        "source": link,
    }
    yield from (_element(name, text) for name, text in told.items() if text)
    yield from (_element("subject", genre) for each in (book.genre or "").split(";") if (genre := each.strip()))
    if book.series:
        yield _meta("series", book.series)
        if (place := sequence(book.series_position)) is not None:
            yield _meta("series_index", place)


def _shown(description: str) -> str:
    """Return a description for players that show it as HTML, and take what looks like its elements away first.

    Audiobookshelf reads it as HTML twice over; what has nothing like markup in it is the same for everybody.
    """
    if _LIKE_MARKUP.search(description) is None:
        return description
    return html.escape(html.escape(description, quote=False), quote=False)


def _element(name: str, text: str, attributes: str = "") -> str:
    return f"<dc:{name}{attributes}>{escape(_NOT_WRITTEN.sub('', text))}</dc:{name}>"


def _meta(name: str, text: str) -> str:
    return f'<meta name="calibre:{name}" content={_value(text)}/>'


def _value(text: str) -> str:
    return quoteattr(_NOT_WRITTEN.sub("", text))
