"""What encrypts and decrypts: feeds of subscribers, and where notifications go.

One key of the installation (``SecretKeys``) encrypts everything, by the recipe (Fernet) of ``cryptography``.
Names are made with another one, which the database has, encrypted: it outlives a change of the installation's key, and
tells whether that is the one by which everything here was encrypted, before anything else is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database, UnitOfWork
from ohdio_core.domain.private_address import PRIVATE, SecretAddress, listing_reference, parse_reference
from ohdio_core.errors import NeedsPerson, NotFound
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence
from ohdio_core.sources.private import PrivateLink
from ohdio_core.vault.keys import SecretKeys

if TYPE_CHECKING:
    # Imported with the first secret: most installations have none.
    from cryptography.fernet import Fernet

_SQL = NamedSql(__name__)
_READ_NAMING = _SQL.statement("read_naming")
_ADD_NAMING = _SQL.statement("add_naming")
_OPEN = _SQL.statement("open_address")
_READ_LISTING = _SQL.statement("read_listing")
_ADMIT = _SQL.statement("admit")
_REPLACE = _SQL.statement("replace_listing")
_FORGET = _SQL.statement("forget")
_READ_SEALED = _SQL.statement("read_sealed")
_SEAL_AGAIN = _SQL.statement("seal_again")

_NAME = 24  # hexadecimal digits
_VERSION = 8
_SEALED = "sealed:"  # before what is encrypted in a column that may have plain text, too
_PORTS = {"http": 80, "https": 443}


class MissingKey(NeedsPerson):
    """There is no key to encrypt or decrypt with."""

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "vault.no_key",
                "Secrets are kept encrypted, and there is no key for that: set OHDIO_SECRET_KEY, or "
                "OHDIO_SECRET_KEY_FILE, to the same for every service.",
            )
        )


class WrongKey(NeedsPerson):
    """What is kept was encrypted with another key."""

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "vault.wrong_key",
                "What is kept secret here was encrypted with another key than the one that is set now. Nothing is "
                "lost: set OHDIO_SECRET_KEY, or OHDIO_SECRET_KEY_FILE, to that again, or to both, with a comma between "
                "them.",
            )
        )


class LostKey(NeedsPerson):
    """The file is gone that has the key of what is kept."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            sentence(
                "vault.lost_key",
                "{file} is missing, with the key by which secrets are kept here. Nothing is lost: bring the file back "
                "from where it was, or a copy.",
                file=str(file),
            )
        )


class VeiledListing(NamedTuple):
    """A listing that is followed privately, as far as it is no secret."""

    host: str
    identity: str  #: a hash; the same whatever its password


class Admitted(NamedTuple):
    """A private link that was written down."""

    follow: int
    is_changed: bool  #: it was known with another password or token


@dataclass(frozen=True, slots=True)
class _Opened:
    """The keys, once they are known to fit."""

    keys: Sequence[Fernet]
    naming: bytes


class Vault:
    """Keeps secrets. Implements ``Keeper`` and ``KnowsListings``; thread-safe."""

    def __init__(self, database: Database, keys: SecretKeys) -> None:
        self._database = database
        self._keys = keys
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._listings: dict[int, VeiledListing] = {}

    def seal(self, text: str) -> str:
        """Return a text encrypted.

        Raises:
            NeedsPerson: There is no key, or not the one by which everything else is encrypted.
        """
        return self._open_keys().keys[0].encrypt(text.encode()).decode("ascii")

    def unseal(self, token: str) -> str:
        """Return what was encrypted.

        Raises:
            NeedsPerson: It was with another key.
        """
        return _decrypted(self._open_keys().keys, token).decode()

    def identify(self, text: str) -> str:
        """Return a hash of a text that nobody else can make or guess from."""
        return hmac.digest(self._open_keys().naming, text.encode(errors="replace"), hashlib.sha256).hex()[:_NAME]

    def mint(self, follow: int, name: str, address: str) -> SecretAddress:
        """Return an address of what a listing names; as another one, where it has changed since."""
        version = self.identify(f"{name}\n{address}")[:_VERSION]
        return SecretAddress(f"{PRIVATE}:{follow}/{name}?{version}", address, self)

    def open(self, reference: str) -> SecretAddress:
        """Return the address behind a reference, with the listing's user name and password if it is at its origin.

        Raises:
            NotFound: Nothing is known of it (any more).
            NeedsPerson: There is no key, or another one.
        """
        follow, name = parse_reference(reference)
        with self._database.statement() as work:
            row = work.execute(_OPEN, {"follow": follow, "name": reference.partition("/")[2]}).one_or_none()
        if row is None or (name is not None and row.address is None):
            raise NotFound(
                sentence(
                    "private.forgotten",
                    "The address of {link} is not kept any more, as what listed it is no longer followed.",
                    link=reference,
                )
            )
        listing = self.unseal(row.listing)
        secret = listing if name is None else _with_credentials_of(listing, self.unseal(row.address))
        return SecretAddress(reference, secret, self)

    def listing(self, follow: int) -> VeiledListing:
        """Return what is no secret of a listing.

        Raises:
            NotFound: It is not known (any more).
        """
        if follow not in self._listings:
            with self._database.statement() as work:
                row = work.execute(_READ_LISTING, {"id": follow}).one_or_none()
            if row is None:
                raise NotFound(
                    sentence("private.ended", "{link} is no longer followed.", link=listing_reference(follow))
                )
            self._listings[follow] = VeiledListing(row.host, row.identity)
        return self._listings[follow]

    def admit(self, work: UnitOfWork, link: PrivateLink) -> Admitted:
        """Write down a private link, or its new password, and return the number of its follow.

        Raises:
            NeedsPerson: There is no key, or another one.
        """
        self._open_keys(make=True)
        identity = self.identify(link.identity)
        row = work.execute(_ADMIT, {"identity": identity, "host": link.host, "sealed": self.seal(link.address)}).one()
        is_changed = not row.is_new and self.unseal(row.sealed_before) != link.address
        if is_changed:
            self.replace(work, row.id, link)
        return Admitted(row.id, is_changed)

    def replace(self, work: UnitOfWork, follow: int, link: PrivateLink) -> None:
        """Put another address in the place of a listing's own; what it lists stays the same.

        Raises:
            NeedsPerson: There is no key, or another one.
        """
        work.execute(_REPLACE, {"id": follow, "host": link.host, "sealed": self.seal(link.address)})
        self._listings.pop(follow, None)

    def seal_column(self, text: str) -> str:
        """Return a text as it is kept in a column that may have plain text, too: encrypted, where there is a key."""
        return f"{_SEALED}{self.seal(text)}" if self._can_seal() else text

    def unseal_column(self, text: str) -> str:
        """Return what a column that may have plain text keeps.

        Raises:
            NeedsPerson: It was encrypted with a key that is not here.
        """
        return self.unseal(text.removeprefix(_SEALED)) if text.startswith(_SEALED) else text

    def renew(self) -> int:
        """Encrypt anew what is not encrypted with the newest key, and what is plain; return how many texts.

        Raises:
            NeedsPerson: There is no key, or another one.
        """
        with self._database.statement() as work:
            # What is encrypted has one key, unless there are two.
            kept = work.execute(_READ_SEALED, {"is_all": self._keys.are_several()}).all()
        renewed = [row for row in kept if not self._is_of_newest(row.sealed)] if kept and self._can_seal() else []
        with self._database.unit_of_work() as work:
            for row in renewed:
                text = self.unseal_column(row.sealed) if row.may_be_plain else self.unseal(row.sealed)
                again = self.seal_column(text) if row.may_be_plain else self.seal(text)
                changes = {"kind": row.kind, "id": row.id, "name": row.name, "before": row.sealed, "sealed": again}
                work.execute(_SEAL_AGAIN, changes)
        return len(renewed)

    def _is_of_newest(self, sealed: str) -> bool:
        try:
            _decrypted(self._open_keys().keys[:1], sealed.removeprefix(_SEALED))
        except WrongKey:
            return False
        return True

    def _can_seal(self) -> bool:
        try:
            self._open_keys(make=True)
        except MissingKey:
            return False
        return True

    def _open_keys(self, *, make: bool = False) -> _Opened:
        """Return the keys, of which the first is known to fit what is kept.

        Raises:
            NeedsPerson: There is none, or it does not.
        """
        with self._lock:
            if self._opened is None:
                keys = self._read_keys(make=make)
                self._opened = _Opened(keys, self._naming(keys))
            return self._opened

    def _read_keys(self, *, make: bool) -> Sequence[Fernet]:
        with self._database.statement() as work:
            has_secrets = work.execute(_READ_NAMING).scalar() is not None
        try:
            # A new key would open nothing of what is there.
            keys = self._keys.read(make=make and not has_secrets)
        except OSError as error:
            raise NeedsPerson(
                sentence(
                    "vault.unreadable_key",
                    "The key by which secrets are kept cannot be read or made: {reason}.",
                    reason=reason_in_sentence(error),
                )
            ) from None
        if not keys:
            raise LostKey(self._keys.file) if has_secrets and self._keys.file is not None else MissingKey
        return keys

    def _naming(self, keys: Sequence[Fernet]) -> bytes:
        """Return the key by which names are made; a new one where nothing was kept before."""
        made = keys[0].encrypt(b64encode(secrets.token_bytes(32))).decode("ascii")
        with self._database.statement() as work:
            token = work.execute(_READ_NAMING).scalar()
            if token is None:
                work.execute(_ADD_NAMING, {"sealed": made})
                token = work.execute(_READ_NAMING).scalar_one()
        return b64decode(_decrypted(keys, token))


def _decrypted(keys: Sequence[Fernet], token: str) -> bytes:
    """Return what was encrypted with one of these keys.

    Raises:
        WrongKey: It was with none of them.
    """
    from cryptography.fernet import InvalidToken, MultiFernet

    try:
        return MultiFernet(keys).decrypt(token.encode())
    except InvalidToken:
        raise WrongKey from None


def forget_listings(work: UnitOfWork) -> None:
    """Forget private listings that nobody follows any more, once nothing of theirs is still to be fetched."""
    work.execute(_FORGET)


def _with_credentials_of(listing: str, address: str) -> str:
    """Return an address with the user name and password of its listing, if it is at the same origin."""
    ours, theirs = urlsplit(address), urlsplit(listing)
    if ours.username is not None or theirs.username is None:
        return address
    same = (ours.scheme, ours.hostname, _port(ours)) == (theirs.scheme, theirs.hostname, _port(theirs))
    credentials = theirs.netloc.rpartition("@")[0]
    return ours._replace(netloc=f"{credentials}@{ours.netloc}").geturl() if same else address


def _port(parts: object) -> int | None:
    port: int | None = getattr(parts, "port", None)
    return port or _PORTS.get(getattr(parts, "scheme", ""))
