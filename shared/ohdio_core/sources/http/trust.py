"""Whom HTTPS connections trust."""

from __future__ import annotations

import os
import ssl
from functools import cache

import httpcore


def tls_context() -> ssl.SSLContext:
    """Return the context of every client of this process: public authorities, and what the system trusts besides.

    Reading the certificates takes some 50 ms, so they are read once; again only where ``SSL_CERT_FILE`` or
    ``SSL_CERT_DIR`` has changed.
    """
    return _context(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _context(_file: str | None, _directory: str | None) -> ssl.SSLContext:
    # Loads the system's certificates, or those of the two variables, before it adds the public authorities.
    return httpcore.default_ssl_context()
