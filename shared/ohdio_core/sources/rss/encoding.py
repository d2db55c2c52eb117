"""From the bytes of a document to its text, as they arrive; bytes that are wrong cost a letter, not the document.

What a document says of its encoding is written by one tool and its text by another, so the text itself is believed
first where it can tell: text in another encoding is hardly ever valid UTF-8 by chance (encoding.spec.whatwg.org).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from ohdio_core.sentences import sentence
from ohdio_core.sources.rss.faults import NotAFeed

_LOOKED_AT = 256  # bytes; the declaration stands at the very beginning
_DECLARATION = re.compile(rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
# Python knows many more "encodings", some of which unpack or execute.
_KNOWN = re.compile(
    r"us-ascii|ascii|latin-?1|iso[-_]?8859[-_]\d{1,2}|(windows|cp)-?125\d|koi8-[ru]|macintosh|shift[-_]jis"
    r"|euc-(jp|kr)|gb(2312|k|18030)|big5",
    re.IGNORECASE,
)
_LATIN_1 = frozenset({"iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "us-ascii", "ascii"})
_ENOUGH = 64  # bytes beyond ASCII, to tell UTF-8 from others
_MOST_HELD = 64 * 1024  # bytes, while there are fewer
_ASCII = bytes(range(128))
_BEYOND_ASCII = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CUT = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z")
_MOSTLY = 4  # to 1: UTF-8 with a few bytes of something else pasted into it is UTF-8
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)


def _as_windows_text(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


# Documents that say UTF-8 and mean it for most of their text have old Windows files pasted into them.
codecs.register_error("ohdio-windows", _as_windows_text)


def text_of_document(chunks: Iterable[bytes], url: str, content_type: str = "") -> Iterator[str]:
    """Yield the text of an XML document in pieces.

    A byte order mark is believed first, then bytes that are valid UTF-8, then the document's own declaration, and
    that before what the server says (RFC 7303 has it the other way round; servers hardly ever know).

    Args:
        chunks: Its bytes, as they arrive.
        url: For the sentences.
        content_type: What the server says of it.

    Raises:
        NotAFeed: It is in an encoding that is not known.
    """
    pieces = iter(chunks)
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= _LOOKED_AT:
            break
    encoding = _marked(head)
    if encoding is None:
        name = _declared(head[:_LOOKED_AT], content_type)
        if not name.startswith(("utf-", "utf8", "utf16")):
            yield from _by_its_bytes(chain((head,), pieces), name, url)
            return
        # Whatever it says: that its first bytes could be read leaves only this one.
        encoding = "utf-8"
    yield from _decoded(chain((head,), pieces), encoding)


def _decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="ohdio-windows")
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _by_its_bytes(pieces: Iterator[bytes], name: str, url: str) -> Iterator[str]:
    """Decode as UTF-8 what is, else as what the document calls its encoding; ASCII is the same in both."""
    held = bytearray()
    beyond = 0
    for piece in pieces:
        beyond += len(piece.translate(None, _ASCII))
        if not beyond:
            yield piece.decode("ascii")
            continue
        held += piece
        if beyond >= _ENOUGH or len(held) > _MOST_HELD:
            break
    seen = bytes(held)
    yield from _decoded(chain((seen,), pieces), "utf-8" if _is_utf_8(seen) else _known(name, url))


def _is_utf_8(text: bytes) -> bool:
    """Return whether what is beyond ASCII in a text is UTF-8, but for what may be cut off at its end."""
    total = len(text.translate(None, _ASCII))
    valid = sum(len(found[0]) for found in _BEYOND_ASCII.finditer(text))
    cut = _CUT.search(text)
    wrong = total - valid - (0 if cut is None else len(cut[0]))
    return not total or (valid > 0 and valid >= _MOSTLY * wrong)


def _marked(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _declared(head: bytes, content_type: str) -> str:
    if (declaration := _DECLARATION.match(head)) is not None:
        return declaration[1].decode("ascii").lower()
    charset = _CHARSET.search(content_type)
    return "utf-8" if charset is None else charset[1].lower()


def _known(name: str, url: str) -> str:
    """Return Python's name of an encoding.

    Raises:
        NotAFeed: It is not known here.
    """
    # What says Latin 1 is Windows text in practice, as browsers take it (encoding.spec.whatwg.org).
    if name in _LATIN_1:
        return "cp1252"
    try:
        if _KNOWN.fullmatch(name):
            return codecs.lookup(name).name
    except LookupError:
        pass
    raise NotAFeed(
        url,
        sentence(
            "feed.unknown_encoding",
            "{link} is not a readable feed: it is written in {encoding!r}, an encoding that is not known here.",
            link=url,
            encoding=name,
        ),
    )
