"""Secure connections, against a real TLS server on 127.0.0.1 with a certificate of our own."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ohdio_core.errors import TransientError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, StreamClosed
from tests.integration.sources.origin import Origin, scripted_origin

SETTINGS = ClientSettings(allow_private_addresses=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "books.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


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
