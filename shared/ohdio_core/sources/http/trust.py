"""Whom HTTPS connections trust."""

from __future__ import annotations

import os
import ssl
import threading
from contextlib import suppress
from functools import cache

import httpcore


def tls_context() -> ssl.SSLContext:
    """Return the context of every client of this process: public authorities, and what the system trusts besides.

    Reading the certificates takes some 50 ms, so they are read once; again only where ``SSL_CERT_FILE`` or
    ``SSL_CERT_DIR`` has changed. Thread-safe.
    """
    with _reading:
        return _context(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


def read_certificates_ahead() -> None:
    """Begin to read them beside whatever is done next; OpenSSL does that without Python's lock."""
    threading.Thread(target=_read, name="certificates", daemon=True).start()


def _read() -> None:
    with suppress(OSError):  # whoever needs them tries again, and is told
        tls_context()


_reading = threading.Lock()  # else two who ask at once would both read them


@cache
def _context(_file: str | None, _directory: str | None) -> ssl.SSLContext:
    # Loads the system's certificates, or those of the two variables, before it adds the public authorities.
    return httpcore.default_ssl_context()
