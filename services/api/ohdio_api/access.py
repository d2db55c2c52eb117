"""Who gets in, by one rule however ohdio runs.

Where only this machine can connect, everybody does. Elsewhere, and in every container, whoever has the token: the one
that a person set, or one that is made at the first start and kept.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ohdio_core.loopback import is_loopback


def required_token(host: str, given: str | None, kept: Callable[[], str]) -> str | None:
    """Return what every request must carry; None where only this machine can connect, and nobody set a token.

    Args:
        host: The address that is listened on.
        given: The token that a person set.
        kept: Returns the token that was made for this installation.
    """
    if given is not None:
        return given
    return None if is_loopback(host) else kept()


class TokenFile:
    """The token of an installation, made when it is first asked for; only its user may read it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read_or_make(self) -> str:
        """Return the token; the same for ever, once it was made.

        Raises:
            OSError: It cannot be read or made.
        """
        token = self._read()
        if not token:
            self._make()
            token = self._read()
        return token

    def _read(self) -> str:
        """Return the token; an empty text where there is none."""
        with suppress(FileNotFoundError):
            if self.path.stat().st_mode & 0o077:
                self.path.chmod(0o600)
            return self.path.read_text(encoding="ascii", errors="replace").strip()
        return ""

    def _make(self) -> None:
        """Write a new token, whole or not at all; of several that do so at the same time, one counts."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = self.path.with_name(f"{self.path.name}.{secrets.token_hex(8)}.new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(24))
        if self.path.exists() and not self.path.read_bytes().strip():
            self.path.unlink()  # left empty by a full disk
        try:
            os.link(new, self.path)  # fails, unlike a rename, where another was faster
        except FileExistsError:
            new.unlink()
        except OSError:  # some file systems, of USB sticks for instance, have no links
            new.rename(self.path)
        else:
            new.unlink()
