"""What is read of a private listing, as everything else may know it: addresses are references, texts have no secret."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Part
from ohdio_core.domain.private_address import PRIVATE, SecretAddress, parse_reference
from ohdio_core.domain.secret_parts import secrets_in, tokens_in
from ohdio_core.known_secrets import HIDDEN
from ohdio_core.sentences import Sentence

_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
_SHORTEST = 6  # characters of what is taken out of texts wherever it stands


class Veil:
    """Takes the secrets out of what a source has read.

    Args:
        listing: The address of the listing.
        identify: Returns a hash of a text under a key of this installation.
    """

    def __init__(self, listing: SecretAddress, identify: Callable[[str], str]) -> None:
        self._listing = listing
        self._identify = identify
        self._follow = parse_reference(listing).follow
        self._secrets = secrets_in(listing.secret) | tokens_in(listing.secret)
        self._hosts = {_host(listing.secret)}

    def page(self, page: ListingPage) -> ListingPage:
        """Return a page of the listing; it can only be read on by whoever has read it."""
        return replace(
            page,
            books=tuple(self.book(book) for book in page.books),
            next_cursor=None,
            title=self.optional(page.title),
            left_out={self.said(what): count for what, count in page.left_out.items()},
            note=None if page.note is None else self.said(page.note),
        )

    def book(self, book: BookRef) -> BookRef:
        """Return a book of the listing."""
        name = self._identify(f"book\n{book.source}\n{book.url}")
        its = self._for(book)
        return replace(
            book,
            source=PRIVATE,
            url=f"{PRIVATE}:{self._follow}/{name}",
            external_id=name,
            title=its.optional(book.title),
            authors=its.texts(book.authors),
            cover_url=its.address(f"{name}-cover", book.cover_url),
            details=None if book.details is None else its.details(book.details, name),
            match_keys=tuple(map(self._match_key, book.match_keys)),
        )

    def details(self, details: BookDetails, book: str) -> BookDetails:
        """Return a description of the book that is named so."""
        texts: dict[str, Any] = {
            name: self.optional(getattr(details, name))
            for name in ("description", "publisher", "genre", "isbn", "asin", "audience", "series", "show", "language")
        }
        return replace(
            details,
            **texts,
            title=self.text(details.title),
            authors=self.texts(details.authors),
            narrators=self.texts(details.narrators),
            cover_url=self.address(f"{book}-cover", details.cover_url),
            parts=tuple(self._part(part, book) for part in details.parts),
            note=None if details.note is None else self.said(details.note),
        )

    def text(self, text: str) -> str:
        """Return a text without addresses at the listing's hosts, and without its secrets."""
        text = _ADDRESS.sub(self._shown, text)
        for secret in self._secrets:
            if len(secret) >= _SHORTEST:
                text = text.replace(secret, HIDDEN)
        return text

    def optional(self, text: str | None) -> str | None:
        """Return a text as ``text`` does, where there is one."""
        return None if text is None else self.text(text)

    def texts(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return texts as ``text`` does."""
        return tuple(map(self.text, texts))

    def said(self, said: Sentence) -> Sentence:
        """Return a sentence without secrets in its text and values."""
        return Sentence(said.id, self.text(said.text), self._values(said.values))

    def address(self, name: str, address: str | None) -> SecretAddress | None:
        """Return an address that the listing names as a secret."""
        return None if address is None else self._listing.beside(name, address)

    def _values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(value) for name, value in values.items()}

    def _value(self, value: Any) -> Any:
        if isinstance(value, Sentence):
            return self.said(value)
        return self.text(value) if isinstance(value, str) else value

    def _part(self, part: Part, book: str) -> Part:
        name = self._identify(f"part\n{book}\n{part.external_id}")
        return replace(
            part,
            external_id=name,
            title=self.optional(part.title),
            url=self.address(f"{name}-sound", part.url),
            narrators=self.texts(part.narrators),
            chapters=tuple(replace(each, title=self.text(each.title)) for each in part.chapters),
            chapters_url=self.address(f"{name}-chapters", part.chapters_url),
            transcript_url=self.address(f"{name}-transcript", part.transcript_url),
        )

    def _match_key(self, key: str) -> str:
        return f"{key.partition('-')[0]}-{self._identify(key)[:16]}"

    def _for(self, book: BookRef) -> Veil:
        """Return one that knows the secrets in a book's own addresses as well."""
        parts = () if book.details is None else book.details.parts
        addresses = [book.cover_url, *(part.url for part in parts)]
        its = Veil(self._listing, self._identify)
        for address in filter(None, addresses):
            its._secrets |= secrets_in(address)
            its._hosts.add(_host(address))
        return its

    def _shown(self, match: re.Match[str]) -> str:
        """Return an address in a text: of a host that the listing has its secrets for, the host alone."""
        try:
            parts = urlsplit(match[0])
            host = parts.hostname or ""
        except ValueError:
            return HIDDEN
        if host in self._hosts or parts.username is not None:
            return f"{parts.scheme}://{host}/{HIDDEN}"
        return match[0]


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""
