"""Secrets at rest: encrypted with a key that is not in the database, and opened where they are sent."""

from __future__ import annotations

from ohdio_core.vault.addresses import keep_addresses
from ohdio_core.vault.keys import SecretKeys
from ohdio_core.vault.vault import MissingKey, Vault, WrongKey, forget_listings

__all__ = ["MissingKey", "SecretKeys", "Vault", "WrongKey", "forget_listings", "keep_addresses"]
