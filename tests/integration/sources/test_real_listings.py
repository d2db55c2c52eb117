"""Directories as real servers list them: those of Debian, npm and PyPI, each with the same two shelves."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from devservers.ports import free_ports
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from ohdio_core.sources.web import WebSource
from tests.fixtures.workers import wait_until

SOURCE = WebSource()
SITE = "https://files.example"
FILES = (
    "Ana Roy/Marées/2 - La digue (1999)/01 - 01 - fin #1.mp3",
    "Ana Roy/Marées/2 - La digue (1999)/02 - 02 - 100% suite.mp3",
    "Ana Roy/Marées/2 - La digue (1999)/cover.jpg",
    "Zoé Aucoin - Une île & deux sœurs/CD1/01.mp3",
    "Zoé Aucoin - Une île & deux sœurs/CD1/02.mp3",
    "Zoé Aucoin - Une île & deux sœurs/CD2/01.mp3",
    "Lune noire/Chapitre 1 (50%).mp3",
    "Lune noire/Chapitre 2.mp3",
    "Lune noire/Chapitre 10.mp3",
)
APACHE = """ServerRoot "/usr/lib/apache2"
PidFile {base}/pid
Listen 127.0.0.1:{port}
ErrorLog {base}/error.log
ServerName localhost
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule autoindex_module modules/mod_autoindex.so
LoadModule dir_module modules/mod_dir.so
LoadModule mime_module modules/mod_mime.so
TypesConfig /etc/mime.types
User nobody
Group nogroup
DocumentRoot "{shelf}"
IndexOptions {options} Charset=UTF-8
<Directory "{shelf}">
Options Indexes
Require all granted
</Directory>
"""
LIGHTTPD = """server.document-root = "{shelf}"
server.port = {port}
server.bind = "127.0.0.1"
server.modules = ("mod_dirlisting")
dir-listing.activate = "enable"
dir-listing.encoding = "utf-8"
"""
NGINX = """{modules}daemon off;
pid {base}/pid;
error_log {base}/error.log;
events {{}}
http {{
  access_log off; client_body_temp_path {base}; proxy_temp_path {base}; fastcgi_temp_path {base};
  uwsgi_temp_path {base}; scgi_temp_path {base};
  server {{ listen 127.0.0.1:{port}; root "{shelf}"; charset utf-8; {index} on; }}
}}
"""
FANCYINDEX = "load_module /usr/lib/nginx/modules/ngx_http_fancyindex_module.so;\n"
CADDY = """{{
  admin off
  auto_https off
}}
http://:{port} {{
  bind 127.0.0.1
  root * "{shelf}"
  file_server browse
}}
"""

Command = Callable[[Path, Path, int], list[str]]


def program(name: str) -> str:
    """Return the path of a program; ``tools/install-servers full`` brings it."""
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin:/opt/ohdio-servers/bin")
    assert found is not None, f"{name} is not installed: tools/install-servers full"
    return found


def configured(name: str, template: str, *arguments: str, **values: str) -> Command:
    """Return how to start a server that has a configuration; "{}" stands for its path."""

    def command(base: Path, shelf: Path, port: int) -> list[str]:
        path = base / "server.conf"
        path.write_text(template.format(base=base, shelf=shelf, port=port, **values), encoding="utf-8")
        return [program(name), *(argument.format(path) for argument in arguments)]

    return command


SERVERS: dict[str, Command] = {
    "Apache": configured("apache2", APACHE, "-f", "{}", "-DFOREGROUND", options="FancyIndexing HTMLTable"),
    "Apache, plain": configured("apache2", APACHE, "-f", "{}", "-DFOREGROUND", options="None"),
    "lighttpd": configured("lighttpd", LIGHTTPD, "-D", "-f", "{}"),
    "nginx": configured("nginx", NGINX, "-c", "{}", modules="", index="autoindex"),
    "nginx fancyindex": configured("nginx", NGINX, "-c", "{}", modules=FANCYINDEX, index="fancyindex"),
    "Caddy": configured("caddy", CADDY, "run", "--adapter", "caddyfile", "--config", "{}"),
    "webfs": lambda _, shelf, port: [program("webfsd"), "-F", "-4", "-p", str(port), "-r", str(shelf)],
    "rclone http": lambda _, shelf, port: [
        program("rclone"),
        "serve",
        "http",
        "--addr",
        f"127.0.0.1:{port}",
        str(shelf),
    ],
    "rclone webdav": lambda _, shelf, port: [
        *(program("rclone"), "serve", "webdav", "--addr", f"127.0.0.1:{port}", str(shelf))
    ],
    "copyparty": lambda base, shelf, port: [
        *(program("copyparty"), "-q", "-i", "127.0.0.1", "-p", str(port), "-v", f"{shelf}::r", "--no-fastboot"),
        *("--no-thumb", "--hist", str(base / "hist")),
    ],
    "npm's http-server": lambda _, shelf, port: [
        *(program("http-server"), str(shelf), "-a", "127.0.0.1", "-p", str(port), "-s", "-c-1"),
    ],
    "Python": lambda _, shelf, port: [
        *(sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "-d", str(shelf), str(port))
    ],
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("shelf")
    for name in FILES:
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_bytes(b"x" * 100)
    # Some servers give up root, and pytest's directories are closed to others.
    for directory in (base, *base.parents):
        if directory.stat().st_uid == 0 and directory != Path("/") and "pytest" in str(directory):
            directory.chmod(0o755)
    return base


@contextmanager
def served(command: Command, base: Path, shelf: Path) -> Iterator[str]:
    [port] = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    with (base / "output.log").open("wb") as log:
        server = subprocess.Popen(command(base, shelf, port), stdout=log, stderr=log, cwd=base)
        try:
            wait_until(lambda: answers(url), 30, "the server answers")
            yield url
        finally:
            server.terminate()
            server.wait(20)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=60).status_code == 200
    except httpx.TransportError:
        return False


def told(details: BookDetails) -> tuple[object, ...]:
    series = (details.series, details.series_position)
    return details.authors, details.title, details.published_year, series, [part.title for part in details.parts]


@pytest.mark.full
@pytest.mark.parametrize("server", SERVERS)
def test_a_servers_shelf_is_read_as_what_it_says(server: str, tmp_path: Path, shelf: Path) -> None:
    target = SOURCE.match(f"{SITE}/")
    assert target is not None
    with served(SERVERS[server], tmp_path, shelf) as url:
        factory = HttpClientFactory(ClientSettings(host_overrides={"files.example": url}))
        with closing(factory):
            http = factory.site("files.example")
            refs = [book for page in SOURCE.discover(target, http) for book in page.books]
            found = sorted((SOURCE.describe(ref, http) for ref in refs), key=lambda details: details.title)
    assert [told(details) for details in found] == [
        (("Ana Roy",), "La digue", 1999, ("Marées", "2"), ["fin #1", "100% suite"]),
        ((), "Lune noire", None, (None, None), ["Chapitre 1 (50%)", "Chapitre 2", "Chapitre 10"]),
        (("Zoé Aucoin",), "Une île & deux sœurs", None, (None, None), [None, None, None]),
    ]
    assert [details.cover_url is not None for details in found] == [True, False, False]
