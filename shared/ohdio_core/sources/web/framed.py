"""What a page shows in frames: whose players these are, and the books of other sources among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ohdio_core.domain.audiobook import BookRef, TargetKind
from ohdio_core.sources.archive import links as archive_links
from ohdio_core.sources.protected import protected_service
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.players import showing_service

#: Hosts of players whose pages name what they play, as their own instructions for embedding have them.
_READ = {
    "Acast": r"acast\.com",
    "Anchor": r"anchor\.fm",
    "Art19": r"art19\.com",
    "Audioboom": r"audioboom\.com",
    "Ausha": r"ausha\.co",
    "Blubrry": r"blubrry\.com",
    "Buzzsprout": r"buzzsprout\.com",
    "Captivate": r"captivate\.fm",
    "Castos": r"castos\.com",
    "Fireside": r"fireside\.fm",
    "Hearthis": r"hearthis\.at",
    "LetsCast": r"letscast\.fm",
    "Libsyn": r"libsyn\.com",
    "Megaphone": r"megaphone\.fm",
    "Omny": r"omny\.fm",
    "Pinecast": r"pinecast\.com",
    "Podbean": r"podbean\.com",
    "podcaster.de": r"podcaster\.de",
    "Podigee": r"podigee\.io|podigee-cdn\.net",
    "Podlove": r"podlove\.org",
    "PodOmatic": r"podomatic\.com",
    "RedCircle": r"redcircle\.com",
    "RSS.com": r"rss\.com",
    "Simplecast": r"simplecast\.com",
    "Spreaker": r"spreaker\.com",
    "Transistor": r"transistor\.fm",
    "ZenCast": r"zencast\.fm",
}
#: Hosts of players that give their recordings to nobody else, or under terms that allow for no copy.
_CLOSED = {
    "Bandcamp": r"bandcamp\.com",
    "Dailymotion": r"dailymotion\.com",
    "Facebook": r"facebook\.com",
    "iHeart": r"iheart\.com",
    "Mixcloud": r"mixcloud\.com",
    "SoundCloud": r"soundcloud\.com",
    "TuneIn": r"tunein\.com",
    "Vimeo": r"vimeo\.com",
    "YouTube": r"youtube(?:-nocookie)?\.com",
}
_READ_HOSTS = {name: re.compile(rf"(?:.+\.)?(?:{hosts})") for name, hosts in _READ.items()}
_CLOSED_HOSTS = {name: re.compile(rf"(?:.+\.)?(?:{hosts})") for name, hosts in _CLOSED.items()}
_REFERENCES = ("src", "data-src", "data-lazy-src")


def frames_of(document: Document) -> dict[str, str | None]:
    """Return the addresses of a page's frames, each once, with the title that it has there."""
    found: dict[str, str | None] = {}
    for frame in document.elements("iframe", "frame"):
        references = (frame.get(name) for name in _REFERENCES)
        addresses = (document.absolute(said) for said in references if said and not said.startswith(("#", "about:")))
        address = next((each for each in addresses if each is not None), None)
        if address is not None:
            found.setdefault(address, (frame.get("title") or "").strip() or None)
    return found


def is_read(address: str) -> bool:
    """Return whether an address is one of a host's players that name what they play."""
    return _named(_READ_HOSTS, address) is not None


def books_in_frames(document: Document) -> tuple[BookRef, ...]:
    """Return the books whose players a page shows, and that another source reads: items of archive.org."""
    targets = map(archive_links.match, frames_of(document))
    items = {target.external_id: target for target in targets if target and target.kind is TargetKind.AUDIOBOOK}
    return tuple(BookRef(target.source, target.url, target.external_id) for target in items.values())


def services_in_frames(document: Document) -> tuple[str, ...]:
    """Return the names of the services whose players a page shows, in its order."""
    return tuple(dict.fromkeys(_services(document)))


def _services(document: Document) -> Iterator[str]:
    for address in frames_of(document):
        service = (
            _named(_READ_HOSTS, address)
            or _named(_CLOSED_HOSTS, address)
            or showing_service(address)
            or protected_service(address)
        )
        if service is not None:
            yield service


def _named(services: dict[str, re.Pattern[str]], address: str) -> str | None:
    host = urlsplit(address).hostname or ""
    return next((name for name, hosts in services.items() if hosts.fullmatch(host)), None)
