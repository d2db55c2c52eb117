"""Services whose recordings are all protected: refused at once, because nothing here ever removes protection."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.canonical import canonical_url

#: Hosts, and those below them, by the name that people know.
_SERVICES = {
    "Spotify": r"spotify\.com|spotify\.link|spoti\.fi",
    "Audible": r"audible\.(?:com|ca|fr|de|it|es|in|co\.uk|co\.jp|com\.au|com\.br)",
    "Apple Music": r"music\.apple\.com",
    "Apple Books": r"books\.apple\.com",
    "Amazon Music": r"music\.amazon\.[a-z.]{2,6}",
    "YouTube Music": r"music\.youtube\.com",
    "Deezer": r"deezer\.com|deezer\.page\.link",
    "Tidal": r"tidal\.com",
    "Netflix": r"netflix\.com",
    "Disney+": r"disneyplus\.com",
    "Prime Video": r"primevideo\.com",
    "Storytel": r"storytel\.com",
    "BookBeat": r"bookbeat\.com",
    "Nextory": r"nextory\.[a-z]{2,3}",
    "Kobo": r"kobo\.com",
    "Everand (Scribd)": r"everand\.com|scribd\.com",
    "Libby": r"libbyapp\.com|overdrive\.com",
}
_HOSTS = {name: re.compile(rf"(?:.+\.)?(?:{hosts})") for name, hosts in _SERVICES.items()}


def protected_service(url: str) -> str | None:
    """Return the name of the protected service that a link leads to; None for every other link. Never raises."""
    try:
        host = urlsplit(canonical_url(url)).hostname or ""
    except ValueError:
        return None
    return next((name for name, hosts in _HOSTS.items() if hosts.fullmatch(host)), None)


def protected_reason(url: str) -> Sentence | None:
    """Return a sentence why a link to a protected service is refused; None for every other link. Never raises."""
    name = protected_service(url)
    if name is None:
        return None
    return sentence(
        "link.protected_service",
        "The recordings of {service} are protected (DRM); ohdio never removes protection. If it is a podcast, "
        "look for the show's feed, and add the feed's link.",
        service=name,
    )
