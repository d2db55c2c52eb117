"""Secure connections, against a real TLS server on 127.0.0.1 with a certificate of our own."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from ohdio_core.errors import TransientError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, StreamClosed
from tests.fixtures.certificates import signed_by_itself
from tests.integration.sources.origin import Origin, scripted_origin

SETTINGS = ClientSettings(allow_private_addresses=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return signed_by_itself(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def secure_origin(certificate: Path) -> Iterator[Origin]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with scripted_origin(context) as running:
        yield running


def test_a_trusted_certificate_is_accepted(
    secure_origin: Origin, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    secure_origin.answer("/", b"page")
    factory = HttpClientFactory(SETTINGS)
    for _ in range(3):
        assert factory.site("books").get(f"{secure_origin.url}/").body == b"page"
    factory.close()
    assert len({seen.client for seen in secure_origin.requests}) == 1


def test_an_unknown_certificate_is_not(secure_origin: Origin) -> None:
    factory = HttpClientFactory(SETTINGS)
    with pytest.raises(TransientError, match=r"secure connection failed \(self-signed certificate\)"):
        factory.site("books").get(f"{secure_origin.url}/")
    factory.close()
    assert secure_origin.requests == []


def test_closing_a_secure_stream_ends_a_blocked_read_at_once(
    secure_origin: Origin, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    over = threading.Event()
    secure_origin.answer("/", b"begin", headers={"Content-Length": "1000000"})
    reply = secure_origin.answers["/"]

    def stall(handler: BaseHTTPRequestHandler) -> None:
        reply(handler)
        over.wait(60)

    secure_origin.answers["/"] = stall
    factory = HttpClientFactory(SETTINGS)
    with factory.site("books").stream(f"{secure_origin.url}/") as response:
        pieces = response.iter_bytes()
        assert next(pieces) == b"begin"
        begin = time.monotonic()
        threading.Timer(0.1, response.close).start()
        with pytest.raises(StreamClosed):
            next(pieces)
        assert time.monotonic() - begin < 30  # the site is silent for a minute
    over.set()
    factory.close()
