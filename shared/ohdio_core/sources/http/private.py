"""Where a private address is opened: right before its request is sent, and nowhere else."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from ohdio_core.domain.private_address import SecretAddress, is_reference
from ohdio_core.domain.secret_parts import secrets_in, without_secrets
from ohdio_core.errors import OhdioError, PermanentError
from ohdio_core.known_secrets import HIDDEN, remember
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http.chain import Call
from ohdio_core.sources.http.changes import ChangeDetection
from ohdio_core.sources.http.request import parse_address

_ADDRESS = re.compile(r"(https?://)([^/\s\"'<>\\]+)[^\s\"'<>\\]*", re.IGNORECASE)

#: A scheme, a host and a port: what a user name and password are sent to.
_Origin = tuple[str, str, int]


class OpensAddresses(Protocol):
    """What knows the addresses that references stand for."""

    def open(self, reference: str) -> SecretAddress:
        """Return the address behind a reference.

        Raises:
            NotFound: Nothing is known of it.
            NeedsPerson: It cannot be decrypted with the key that is set.
        """
        ...


class OpensNothing:
    """For clients that meet nothing private."""

    def open(self, reference: str) -> SecretAddress:
        """Raise that nothing is known of it."""
        raise PermanentError(sentence("private.not_here", "{address} cannot be opened here.", address=reference))


def without_credentials(url: str) -> str:
    """Return an address without the user name and password in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url


class PrivateCalls:
    """Opens the private addresses that one client asks for.

    A user name and password go to the origin that they belong to, with every request of this client: what a private
    playlist names is behind the same door.
    """

    def __init__(self, opens: OpensAddresses) -> None:
        self._opens = opens
        self._stand_ins: dict[str, SecretAddress] = {}
        self._authorizations: dict[_Origin, str] = {}
        self._secrets: set[str] = set()
        self._listing: SecretAddress | None = None

    def stand_in(self, address: str, secret: SecretAddress) -> None:
        """Send requests for ``address`` to a private listing."""
        self._stand_ins[address] = self._listing = secret

    def opened(self, call: Call) -> Call:
        """Return a request as it is to be sent."""
        secret, url = self._secret_of(call.url), call.url
        if secret is not None:
            url = without_credentials(secret.secret)
            hidden = secrets_in(secret.secret)
            remember(hidden)
            self._secrets |= hidden
            if (authorization := _authorization_of(secret.secret)) is not None:
                self._authorizations[_origin_of(url)] = authorization
        if not self._authorizations:
            return call if secret is None else replace(call, url=url)
        authorization = self._authorizations.get(_origin_of(url))
        fields = {} if authorization is None else {"authorization": authorization}
        return replace(call, url=url, headers={**call.headers, **fields})

    def stable(self, text: str) -> str:
        """Return what a text is without the listing's secrets: a name has to stay when these change."""
        if self._listing is None:
            return text
        if text.startswith(("http://", "https://")):
            text = without_secrets(text)
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "")
        return text

    def hide_move(self, changes: ChangeDetection) -> None:
        """Make where a private listing has moved a secret, too."""
        if self._listing is not None and changes.moved_to is not None:
            changes.moved_to = self._listing.beside("moved", changes.moved_to)

    @contextmanager
    def hiding(self) -> Iterator[None]:
        """Leave nothing but hosts of the addresses in what a private request raises inside the block."""
        try:
            yield
        except OhdioError as error:
            if self._secrets or self._listing is not None:
                error.sentence = hosts_alone(error.sentence)
            raise

    def _secret_of(self, url: str) -> SecretAddress | None:
        if isinstance(url, SecretAddress):
            return url
        if (secret := self._stand_ins.get(url)) is not None:
            return secret
        return self._opens.open(url) if is_reference(url) else None


def hosts_alone(said: Sentence) -> Sentence:
    """Return a sentence in which an address is no more than its host."""
    return Sentence(said.id, _hosts_alone(said.text), {name: _shown(value) for name, value in said.values.items()})


def _shown(value: Any) -> Any:
    if isinstance(value, Sentence):
        return hosts_alone(value)
    return _hosts_alone(value) if isinstance(value, str) else value


def _hosts_alone(text: str) -> str:
    return _ADDRESS.sub(lambda match: f"{match[1]}{match[2].rpartition('@')[2]}/{HIDDEN}", text)


def _authorization_of(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.username is None:
        return None
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Basic {b64encode(pair.encode()).decode('ascii')}"


def _origin_of(url: str) -> _Origin:
    address = parse_address(url)
    return address.scheme, address.host, address.port
