"""A store whose certificate an authority of one's own has signed, as those of home networks are."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest

from ohdio_core.composition.chosen_library import bucket_address, require_library
from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.objects import Objects
from ohdio_core.library_settings import LibrarySettings
from ohdio_core.settings import InvalidSettings, load
from tests.fixtures.certificates import signed_by_itself
from tests.integration.sources.origin import scripted_origin

ABOUT = {"Last-Modified": "Mon, 30 Nov 2026 10:00:00 GMT", "ETag": '"1"'}


def test_is_refused_in_words_until_its_authority_is_named(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate := signed_by_itself(tmp_path))
    with scripted_origin(context) as origin:
        origin.answer("/books/shelf/cover.jpg", b"a picture", headers=ABOUT)
        given: dict[str, Any] = {
            "LIBRARY_URL": "s3://books/shelf",
            "AWS_ENDPOINT_URL": origin.url,
            "AWS_ACCESS_KEY_ID": "AKIATEST",
            "AWS_SECRET_ACCESS_KEY": "a secret of tests",
        }
        with pytest.raises(
            InvalidSettings, match=r"the certificate of its server is not trusted here; .*AWS_CA_BUNDLE"
        ):
            require_library(load(LibrarySettings, **given))
        trusting = load(LibrarySettings, **given, AWS_CA_BUNDLE=str(certificate))
        found = Objects(bucket_address(trusting, "s3://books/shelf")).read("cover.jpg")
    assert found is not None
    assert found[0] == b"a picture"


class Tunnel(StreamRequestHandler):
    """A proxy that connects to whatever it is asked for."""

    def handle(self) -> None:
        host, _, port = self.rfile.readline().split()[1].decode().rpartition(":")
        while self.rfile.readline().strip():
            pass
        with socket.create_connection((host, int(port))) as origin:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=pass_on, args=(origin, self.connection))
            back.start()
            pass_on(self.connection, origin)
            back.join()


def pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy() -> Iterator[str]:
    with ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("has_proxy", [False, True])
def test_is_trusted_by_the_variable_that_counts_for_sites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str, has_proxy: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate := signed_by_itself(tmp_path))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("NO_PROXY", "" if has_proxy else "*")
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with scripted_origin(context) as origin:
        origin.answer("/books/shelf/cover.jpg", b"a picture", headers=ABOUT)
        address = BucketAddress("books", "shelf/", origin.url, None, "AKIATEST", "a secret of tests")
        found = Objects(address).read("cover.jpg")
    assert found is not None
    assert found[0] == b"a picture"


def test_a_certificate_that_is_not_there_is_told_by_its_variable(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"^AWS_CA_BUNDLE is wrong: "):
        load(LibrarySettings, AWS_CA_BUNDLE=str(tmp_path / "missing"))
