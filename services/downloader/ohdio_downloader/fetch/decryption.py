"""Undoing AES-128, whose key a playlist gives to everybody (RFC 8216, section 4.3.2.4)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from ohdio_core.errors import TransientError

#: How an initialisation section begins that is not encrypted.
_PLAIN_SECTIONS = frozenset({b"ftyp", b"styp", b"moov"})


def is_plain_section(section: bytes) -> bool:
    """Return whether an initialisation section can be read as it came; some can although their key stands before them.

    Args:
        section: Its first 8 bytes, or more.
    """
    return section[4:8] in _PLAIN_SECTIONS


def decrypted(body: Iterator[bytes], secret: bytes, iv: bytes, site: str) -> Iterator[bytes]:
    """Yield what is encrypted in a whole segment, without the padding at its end.

    Args:
        body: The segment.
        secret: 16 bytes.
        iv: 16 bytes.
        site: For the sentence.

    Raises:
        TransientError: It is damaged, or encrypted with another key.
    """
    decryptor = _decryptor(secret, iv)
    unpadder = PKCS7(128).unpadder()
    try:
        for chunk in body:
            yield unpadder.update(decryptor.update(chunk))
        yield unpadder.update(decryptor.finalize()) + unpadder.finalize()
    except ValueError as error:
        raise TransientError(
            f"A segment from {site} cannot be decrypted: it is damaged, or its key is wrong."
        ) from error


def decrypted_beginning(data: bytes, secret: bytes, iv: bytes) -> bytes:
    """Return what is encrypted in the first bytes of a segment; where they are all of it, with its padding."""
    return _decryptor(secret, iv).update(data)


def _decryptor(secret: bytes, iv: bytes) -> CipherContext:
    return Cipher(AES128(secret), CBC(iv)).decryptor()
