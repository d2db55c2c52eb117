"""Reads what is followed privately with the sources that read anything, and lets nothing secret out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol
from urllib.parse import urlsplit

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Media, MediaKind, Part, Target, TargetKind
from ohdio_core.domain.private_address import (
    PRIVATE,
    SecretAddress,
    is_reference,
    listing_reference,
    parse_reference,
)
from ohdio_core.errors import NotFound, OhdioError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.http.private import OpensAddresses
from ohdio_core.sources.private.veil import Veil
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.rss import RssSource
from ohdio_core.sources.web import WebSource


class KnownListing(Protocol):
    """A listing that is followed privately, as far as it is no secret."""

    @property
    def host(self) -> str:
        """Return who is asked for it."""
        ...

    @property
    def identity(self) -> str:
        """Return a hash that stays the same whatever its password."""
        ...


class KnowsListings(OpensAddresses, Protocol):
    """What knows the listings that are followed privately."""

    def identify(self, text: str) -> str:
        """Return a hash of a text under a key of this installation."""
        ...

    def listing(self, follow: int) -> KnownListing:
        """Return what of a listing is no secret."""
        ...


class PrivateSource:
    """Implements ``Source`` for what is followed privately.

    The sources that read it know its listing by an address that is none: the client sends their requests where they
    belong. So what they make of that address, ids for instance, has nothing of the secret, and stays when it changes.
    """

    name = PRIVATE
    label = sentence("private.label", "feeds and pages that are followed privately")
    measures_durations = False
    is_feed = False
    knows_kind_from_link = False
    examples: tuple[str, ...] = ()

    def __init__(self, listings: KnowsListings) -> None:
        self._listings = listings
        self._feeds, self._pages = RssSource(), WebSource()

    def match(self, url: str) -> Target | None:
        """Recognise the reference of a listing, or of a book in one."""
        if not is_reference(url):
            return None
        follow, name = parse_reference(url)
        kind = TargetKind.CATEGORY if name is None else TargetKind.AUDIOBOOK
        return Target(kind, self.name, url, name or str(follow))

    def site_key(self, target_url: str) -> str:
        """Return the host of the listing, as it is paced with whatever else is there."""
        return self._listings.listing(parse_reference(target_url).follow).host

    @staticmethod
    def former_id(ref: BookRef) -> str | None:  # noqa: ARG004 - the protocol's
        """Return None: there were no private books before."""
        return None

    def discover(self, target: Target, http: SiteClient, cursor: str | None = None) -> Iterator[ListingPage]:  # noqa: ARG002 - nothing goes on from elsewhere
        """Read the listing, as feed or page, from its beginning."""
        for page, veil in self._read(target.url, http):
            yield veil.page(page)

    def describe(self, ref: BookRef, http: SiteClient) -> BookDetails:
        """Return the description from the listing, or read that for it.

        Raises:
            NotFound: It lists the book no more.
        """
        if ref.details is not None:
            return ref.details
        by_match_key: tuple[BookRef, Veil] | None = None
        for page, veil in self._read(_listing_of(ref.url), http):
            for listed in page.books:
                book = veil.book(listed)
                if book.external_id == ref.external_id:
                    return self._described(listed, veil, http)
                if by_match_key is None and not set(ref.match_keys).isdisjoint(book.match_keys):
                    by_match_key = listed, veil
        if by_match_key is not None:
            return self._described(*by_match_key, http)
        raise NotFound(
            sentence("private.no_item", "The private listing of {link} does not list it (any more).", link=ref.url)
        )

    def resolve(self, ref: BookRef, part: Part, http: SiteClient) -> Media:  # noqa: ARG002 - the address is known
        """Return the address of the sound, which the client opens.

        Raises:
            NotFound: The listing names none.
        """
        if part.url is None:
            raise NotFound(sentence("private.no_sound", "The private listing names no sound for {link}.", link=ref.url))
        address = part.url if isinstance(part.url, SecretAddress) else self._listings.open(part.url)
        is_playlist = urlsplit(address.secret).path.lower().endswith(".m3u8")
        kind = MediaKind.HLS if is_playlist else MediaKind.HTTP
        return Media(address, kind, size=part.size, checksum=part.checksum)

    def _read(self, listing: str, http: SiteClient) -> Iterator[tuple[ListingPage, Veil]]:
        """Yield the pages of a listing as they are, each with what veils it.

        Raises:
            OhdioError: It cannot be read; the sentence names nothing secret.
        """
        address = self._listings.open(listing)
        identity = self._listings.listing(parse_reference(listing).follow).identity
        veil = Veil(address, self._listings.identify)
        stand_in = _stand_in(address, identity)
        http.stand_in(stand_in, address)
        source = self._source_of(address)
        try:
            for page in source.discover(Target(TargetKind.CATEGORY, source.name, stand_in, identity), http):
                yield page, veil
        except OhdioError as error:
            error.sentence = veil.said(error.sentence)
            raise

    def _described(self, listed: BookRef, veil: Veil, http: SiteClient) -> BookDetails:
        """Return the description of a book of a listing, of which the listing may tell only a part."""
        source = self._feeds if listed.source == self._feeds.name else self._pages
        try:
            details = listed.complete_details or source.describe(listed, http)
        except OhdioError as error:
            error.sentence = veil.said(error.sentence)
            raise
        return veil.details(details, veil.book(listed).external_id)

    def _source_of(self, address: SecretAddress) -> Source:
        """Return what reads the listing, by its own address: as a feed, or as a page that may be one."""
        return self._pages if self._feeds.match(_without_credentials(address)) is None else self._feeds


def _without_credentials(address: SecretAddress) -> str:
    parts = urlsplit(address.secret)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _listing_of(book: str) -> str:
    return listing_reference(parse_reference(book).follow)


def _stand_in(address: SecretAddress, identity: str) -> str:
    """Return an address at the same host by which sources know the listing."""
    parts = urlsplit(address.secret)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{PRIVATE}-{identity}"
