"""A link that is a secret: what of it is one, and what it is the same by when that is changed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ohdio_core.domain.identity import identity_of
from ohdio_core.domain.secret_parts import without_secrets
from ohdio_core.domain.typed_link import complete_link
from ohdio_core.errors import PermanentError
from ohdio_core.sources.canonical import canonical_url, refuse_reason
from ohdio_core.sources.http.private import without_credentials
from ohdio_core.sources.protected import protected_reason
from ohdio_core.sources.rss.links import fetchable


@dataclass(frozen=True, slots=True)
class PrivateLink:
    """A listing behind a secret."""

    address: str  #: canonical, with the user name and password
    identity: str  #: the same whatever the password, or the token in the query
    host: str


def has_credentials(text: str) -> bool:
    """Return whether a person's text is a link with a user name or password in it."""
    try:
        return urlsplit(text.strip()).username is not None
    except ValueError:
        return False


def read_private_link(text: str) -> PrivateLink:
    """Return what a person's text leads to.

    Raises:
        PermanentError: Nobody can follow it; the sentence names nothing of it.
    """
    link = complete_link(text.strip())
    try:
        bare, credentials = without_credentials(link), urlsplit(link).netloc.rpartition("@")[0]
    except ValueError:
        bare, credentials = link, ""  # it is refused in the next line
    if (reason := refuse_reason(bare) or protected_reason(bare)) is not None:
        raise PermanentError(reason)
    address = fetchable(canonical_url(bare)).partition("#")[0]
    parts = urlsplit(address)
    identity = identity_of(without_secrets(address))
    if credentials:
        address = parts._replace(netloc=f"{credentials}@{parts.netloc}").geturl()
    return PrivateLink(address, identity, parts.hostname or "")
