"""An HTML page, parsed once: what its head says of it, and its elements."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.errors import PermanentError
from ohdio_core.reasons import reason_of
from ohdio_core.sentences import sentence
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.series_in_title import series_in
from ohdio_core.sources.web import links

_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=?\s{0,9}[\"']?([\w.:-]*)", re.IGNORECASE)
_LATIN = frozenset({b"iso-8859-1", b"iso8859-1", b"latin1", b"latin-1", b"us-ascii", b"windows-1252", b"cp1252"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MOST_INNER = 1000  # elements in one title or paragraph
_LONGEST_TEXT = 20_000  # characters of one element; a title or a description is far shorter


class Document:
    """A parsed page.

    Args:
        body: The page.
        url: Where it was read, for relative addresses and sentences.
        content_type: The answer's Content-Type, "" for none.

    Raises:
        PermanentError: There is nothing in it.
    """

    def __init__(self, body: bytes, url: str, content_type: str = "") -> None:
        self.url = url
        self.root = _parse(body, url, content_type)
        base = next(self.root.iter("base"), None)
        self.base = (None if base is None else links.absolute(base.get("href") or "", url)) or url
        self._meta: dict[str, str] = {}
        for element in self.root.iter("meta"):
            name = (element.get("property") or element.get("name") or "").strip().lower()
            content = (element.get("content") or "").strip()
            if name and content:
                self._meta.setdefault(name, content)

    def elements(self, *tags: str) -> Iterator[etree._Element]:
        """Yield the elements of these names, in the order of the page."""
        yield from self.root.iter(*tags)

    def absolute(self, reference: str | None) -> str | None:
        """Return the absolute address of a reference on this page; None when it cannot be followed."""
        return links.absolute(reference or "", self.base)

    def meta(self, *names: str) -> str:
        """Return the content of the first ``<meta>`` of these names; "" where there is none."""
        return next((self._meta[name] for name in names if name in self._meta), "")

    def details(self) -> BookDetails:
        """Return the description that the page's head gives of it, as that of a book."""
        title = line_of_text(self.meta("og:title", "twitter:title")) or self.title() or links.name_in(self.url)
        author = line_of_text(self.meta("author", "book:author", "og:book:author"))
        language = (self.root.get("lang") or self.meta("og:locale", "language")).strip().replace("_", "-")
        series, position = series_in(title) or (None, None)
        return BookDetails(
            title=title,
            series=series,
            series_position=position,
            # An author's profile is named by an address in some vocabularies; a name never is.
            authors=(author,) if author and "://" not in author else (),
            description=plain_text(self.meta("og:description", "description")[:_LONGEST_TEXT]) or None,
            language=language if _LANGUAGE.fullmatch(language) else None,
            cover_url=self.absolute(self.meta("og:image:secure_url", "og:image", "og:image:url", "twitter:image")),
        )

    def title(self) -> str:
        """Return the page's title, or its first heading; "" where it has neither."""
        for tag in ("title", "h1"):
            for element in self.elements(tag):
                if text := text_of(element):
                    return text
        return ""


def text_of(element: etree._Element) -> str:
    """Return an element's text in one line, as far as a title needs it."""
    if len(element) == 0:
        return " ".join((element.text or "")[:_LONGEST_TEXT].split())
    pieces: list[str] = []
    # Bounded in elements: texts of tags that are nested for no purpose must not cost their depth times their size.
    for inner in islice(element.iter(), _MOST_INNER):
        pieces.append(inner.text or "")
        if inner is not element:
            pieces.append(inner.tail or "")
    return " ".join("".join(pieces)[:_LONGEST_TEXT].split())


def _parse(body: bytes, url: str, content_type: str) -> etree._Element:
    parser = etree.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, encoding=_encoding(body, content_type)
    )
    try:
        # lxml gives None for what holds nothing at all; its annotations do not say so.
        root: etree._Element | None = etree.fromstring(body, parser=parser)
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise PermanentError(
            sentence(
                "page.unreadable",
                "{link} is not a page that can be read ({reason}).",
                link=url,
                reason=reason_of(error),
            )
        ) from error
    if root is None:
        raise PermanentError(sentence("page.empty", "{link} is an empty page.", link=url))
    return root


def _encoding(body: bytes, content_type: str) -> str | None:
    """Return the encoding that the response names; UTF-8 when none is named and it fits; None leaves it to libxml2."""
    if found := _CHARSET.search(content_type):
        try:
            name = codecs.lookup(found[1]).name
        except LookupError:
            name = ""
        # libxml2 knows fewer names than Python does; what it does not know must not end the reading.
        if name in ("utf-8", "iso8859-1", "cp1252", "iso8859-15"):
            return {"cp1252": "windows-1252", "iso8859-15": "iso-8859-15", "iso8859-1": "windows-1252"}.get(name, name)
    declared = _DECLARED.search(body[:4096])
    if declared is not None and not declared[1].lower().startswith(b"utf-16") and declared[1].lower() not in _LATIN:
        return None  # what could be read as ASCII so far is no UTF-16, whatever it says
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None if declared is None else "windows-1252"  # as browsers read what says that it is Latin 1
    return "utf-8"
