"""The key of an installation, and those that it had before."""

from __future__ import annotations

import os
import re
import secrets
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Imported with the first secret: most installations have none.
    from cryptography.fernet import Fernet

#: The file in a data directory.
KEY_FILE = "secret.key"


class SecretKeys:
    """Where the key comes from: a setting, or a file that is made when something is first to be encrypted.

    Args:
        given: Keys of a setting, the newest first, with blanks or commas between them; None without one.
        file: Has them where there is no such setting; None where a setting is needed.
    """

    def __init__(self, given: str | None = None, file: Path | None = None) -> None:
        self._given = given
        self._file = file

    @property
    def file(self) -> Path | None:
        """The file that has the key; None where a setting has it."""
        return self._file if self._given is None else None

    def read(self, *, make: bool = False) -> list[Fernet]:
        """Return the keys, the newest first; none where there is none.

        Args:
            make: Make the file where it is missing.

        Raises:
            OSError: The file cannot be read or made.
        """
        text = self._given
        if text is None and self._file is not None:
            text = _read_file(self._file) or (_made_file(self._file) if make else None)
        return [_fernet(key) for key in filter(None, re.split(r"[\s,]+", text or ""))]

    def are_several(self) -> bool:
        """Return whether there are older keys besides the newest.

        Raises:
            OSError: The file cannot be read.
        """
        return len(self.read()) > 1


def _fernet(text: str) -> Fernet:
    """Return what encrypts with a key of the length that Fernet wants, made of a text that is as hard to guess."""
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(SHA256(), 32, salt=None, info=b"ohdio secrets").derive(text.encode())
    return Fernet(urlsafe_b64encode(key))


def _read_file(file: Path) -> str:
    with suppress(FileNotFoundError):
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
        return file.read_text(encoding="ascii", errors="replace").strip()
    return ""


def _made_file(file: Path) -> str:
    """Write a new key, whole or not at all, and return what the file has: of several who do so, one counts."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_name(f"{file.name}.{secrets.token_hex(8)}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as opened:
        opened.write(secrets.token_urlsafe(32))
        opened.flush()
        os.fsync(opened.fileno())  # what it encrypts is worth nothing without it
    try:
        os.link(new, file)  # fails, unlike a rename, where another was faster
    except FileExistsError:
        new.unlink()
    except OSError:  # some file systems have no links
        new.rename(file)
    else:
        new.unlink()
    return _read_file(file)
