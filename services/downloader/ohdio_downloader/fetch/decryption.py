"""Undoing AES-128, whose key a playlist gives to everybody (RFC 8216, section 4.3.2.4)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from ohdio_core.errors import TransientError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.beginning import container_of
from ohdio_downloader.fetch.protocol import WrongBytes
from ohdio_downloader.fetch.transport import PACKET
from ohdio_downloader.media.mp3_tags import ID3_HEADER, id3_size

_BLOCK = 16  # bytes
_HEAD = 8 * PACKET  # bytes that tell a container

#: How an initialisation section begins that is not encrypted.
_PLAIN_SECTIONS = frozenset({b"ftyp", b"styp", b"moov"})


def is_plain_section(section: bytes) -> bool:
    """Return whether an initialisation section can be read as it came; some can although their key stands before them.

    Args:
        section: Its first 8 bytes, or more.
    """
    return section[4:8] in _PLAIN_SECTIONS


class Undecryptable(WrongBytes):
    """What came is not encrypted with the key that its playlist names."""

    def __init__(self, site: str, end: bytes) -> None:
        super().__init__(
            sentence(
                "segment.undecryptable",
                "A segment from {site} cannot be decrypted: it is damaged, or its key is wrong.",
                site=site,
            ),
            end.hex(),
        )


def decrypted(body: Iterator[bytes], secret: bytes, iv: bytes, site: str, *, is_length_known: bool) -> Iterator[bytes]:
    """Yield what is encrypted in a whole segment, without the padding at its end.

    Some encrypt without padding what has whole blocks: then all of it is sound, where it begins as sound does and all
    announced bytes came.

    Args:
        body: The segment.
        secret: 16 bytes.
        iv: 16 bytes.
        site: For the sentence.
        is_length_known: The body ends with an error where some of it is missing.

    Raises:
        Undecryptable: It is encrypted with another key, or spoilt.
        TransientError: The same, or some of it is missing.
    """
    decryptor = _decryptor(secret, iv)
    head = end = b""
    for chunk in body:
        plain = decryptor.update(chunk)
        head += plain[: max(0, _HEAD - len(head))]
        yield (end + plain)[:-_BLOCK]
        end = (end + plain)[-_BLOCK:]
    try:
        decryptor.finalize()  # of whole blocks
        yield _without_padding(end, head, is_length_known=is_length_known)
    except ValueError as error:
        wrong = Undecryptable(site, end)
        raise wrong if is_length_known else TransientError(wrong.sentence) from error


def _without_padding(end: bytes, head: bytes, *, is_length_known: bool) -> bytes:
    """Return what the last block of a segment holds that begins with ``head``.

    Raises:
        ValueError: It has wrong padding, or none and another key.
    """
    unpadder = PKCS7(128).unpadder()
    try:
        return unpadder.update(end) + unpadder.finalize()
    except ValueError:
        if is_length_known and (container_of(head) or id3_size(head[:ID3_HEADER])):
            return end
        raise


def decrypted_beginning(data: bytes, secret: bytes, iv: bytes) -> bytes:
    """Return what is encrypted in the first bytes of a segment; where they are all of it, with its padding."""
    return _decryptor(secret, iv).update(data)


def _decryptor(secret: bytes, iv: bytes) -> CipherContext:
    return Cipher(AES128(secret), CBC(iv)).decryptor()
