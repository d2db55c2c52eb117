"""Whether a page was made by a server, as a directory listing is: by its title, by its program, or by its look."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import unquote, urlsplit

from ohdio_core.sources.web.document import Document

# A path follows: what people call an index or a folder has a name.
_TITLE = re.compile(
    r"(?:index of|directory(?: listing)?(?: for| of)?:?|listing (?:of|for|directory)|contents of|index de|folder"
    r"|[\w.:-]+ -)\s*\[?/",
    re.IGNORECASE,
)
_HOST = re.compile(r"\A[\w.-]+(?::\d{1,5})?(?=/)")
#: Programs that say their names: in the title, or by links to their sites and to files of their own.
_PROGRAM_IN_TITLE = re.compile(r"powered by h5ai|directory lister|copyparty|\bminiserve\b", re.IGNORECASE)
_PROGRAM_IN_LINK = re.compile(
    r"\Ahttps?://(?:www\.)?(?:bytesex\.org/webfs|caddyserver\.com/?\Z|larsjung\.de/h5ai|directorylister\.com"
    r"|github\.com/(?:svenstaro/miniserve|9001/copyparty|lrsjng/h5ai|directorylister/))"
    r"|/(?:_h5ai|\.cpr)/",
    re.IGNORECASE,
)
_MOST_LINKS = 20_000
_MOST_TEXTS = 50_000
_DATE = re.compile(
    r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[-/ .][A-Z][a-z]{2}[-/ .]\d{2,4}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
    r"|[A-Z][a-z]{2} {1,2}\d{1,2},? (?:\d{4}|\d{2}:\d{2}))\b"
)


def is_titled(document: Document) -> bool:
    """Return whether the title of a page is one of a listing: words that say so, or the page's own path."""
    title = document.title()
    if _TITLE.match(title):
        return True
    path = unquote(urlsplit(document.url).path).strip("/")
    return "/" in title and path in (title.strip("/"), _HOST.sub("", title).strip("/"))


def is_of_known_program(document: Document) -> bool:
    """Return whether a page says that a program made it which lists directories."""
    if _PROGRAM_IN_TITLE.search(document.title()):
        return True
    # As copyparty names the columns of its table.
    if any(heading.get("name") == "href" for heading in document.elements("th")):
        return True
    elements = islice(document.elements("a", "link", "script"), _MOST_LINKS)
    references = (element.get("href") or element.get("src") or "" for element in elements)
    return any(map(_PROGRAM_IN_LINK.search, references))


def count_dates(document: Document) -> int:
    """Return how many dates stand on a page, as the columns of listings have them."""
    texts = islice(document.root.itertext(), _MOST_TEXTS)
    return sum(len(_DATE.findall(str(text)[:1000])) for text in texts)
