"""From the bytes of a document to its text, as they arrive; bytes that are wrong cost a letter, not the document."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from ohdio_core.errors import PermanentError

_LOOKED_AT = 256  # bytes; the declaration stands at the very beginning
_DECLARATION = re.compile(rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# Python knows many more "encodings", some of which unpack or execute.
_KNOWN = re.compile(
    r"us-ascii|ascii|latin-?1|iso[-_]?8859[-_]\d{1,2}|(windows|cp)-?125\d|koi8-[ru]|macintosh|shift[-_]jis"
    r"|euc-(jp|kr)|gb(2312|k|18030)|big5",
    re.IGNORECASE,
)
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


def text_of_document(chunks: Iterable[bytes], url: str) -> Iterator[str]:
    """Yield the text of an XML document in pieces; ``url`` is for the sentences.

    A byte order mark is believed before the document's own declaration, and that before the default, UTF-8.

    Raises:
        PermanentError: It is in an encoding that is not known.
    """
    pieces = iter(chunks)
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= _LOOKED_AT:
            break
    decoder = codecs.getincrementaldecoder(_encoding(head[:_LOOKED_AT], url))(errors="ohdio-windows")
    yield decoder.decode(head)
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _encoding(head: bytes, url: str) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    declaration = _DECLARATION.match(head)
    name = "utf-8" if declaration is None else declaration[1].decode("ascii").lower()
    if name.startswith(("utf-", "utf8", "utf16")):
        # Whatever it says: that its first bytes could be read leaves only this one.
        return "utf-8"
    try:
        if _KNOWN.fullmatch(name):
            # What says Latin 1 is Windows text in practice, as browsers take it (encoding.spec.whatwg.org).
            return (
                "cp1252"
                if name in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii")
                else codecs.lookup(name).name
            )
    except LookupError:
        pass
    raise PermanentError(
        f"{url} is not a readable feed: it is written in {name!r}, an encoding that is not known here."
    )
