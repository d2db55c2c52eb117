"""A home server: its few lines, in a folder with nothing else, from the first start to the first books."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import httpx
import pytest

from devservers.containers.engine import Engine
from devservers.containers.images import HOME_COMPOSE_FILE, home_image, size_over_base
from devservers.ports import free_ports
from tests.containers.stack import PATIENCE, InContainers
from tests.containers.steps import complaint
from tests.e2e.in_bucket import fetched
from tests.e2e.shelf import Shelf
from tests.fixtures.object_store import ObjectStore
from tests.fixtures.product import fresh_category
from tests.fixtures.rest import Api, wait_for_answer
from tests.sites.catalogue import SimBook
from tests.sites.client import SimOrigin

MB = 1_000_000


class HomeServer(InContainers):
    """One container.

    Args:
        directory: Gets the compose file; empty.
        library: The folder of the machine that LIBRARY names.
        settings: What a person has added to its environment.
        service: And to the service's other lines.
    """

    def __init__(
        self,
        engine: Engine,
        directory: Path,
        origin: SimOrigin,
        library: Path,
        *,
        settings: Mapping[str, str] = MappingProxyType({}),
        **service: object,
    ) -> None:
        (port,) = free_ports(1)
        super().__init__(Api(f"http://127.0.0.1:{port}"), origin, library, limit=3)
        self.port = port
        self.engine = engine
        self.directory = directory
        self._project = f"ohdiohome{uuid4().hex[:8]}"
        self._settings = {
            "PORT": str(port),
            "LIBRARY": str(library),
            "OHDIO_PUBLIC_URL": f"http://nas.example:{port}",
            "UMASK": "002",
        }
        shutil.copy(HOME_COMPOSE_FILE, directory / "docker-compose.yml")
        environment = {"OHDIO_HOST_OVERRIDES": origin.overrides(), "MIN_DISK_SPACE_MB": "10", **settings}
        override = {"services": {"ohdio": {"environment": environment, **service}}}
        (directory / "docker-compose.override.yml").write_text(json.dumps(override), encoding="utf-8")  # JSON is YAML

    def up(self) -> None:
        """Start it; return when it answers those who have the token."""
        self.compose("up", "--detach", "--no-build")
        wait_for_answer(self.api, within=PATIENCE)
        token = self.run("ohdio", "token").strip()
        self.api.close()
        self.api = Api(self.api.url, token)
        self.wait_until(lambda: self.threads() == 3, 30, "its downloader is there")

    def run(self, *command: str) -> str:
        """Run a command in the container; return what it printed."""
        return self.compose("exec", "-T", "ohdio", *command)

    def compose(self, *arguments: str) -> str:
        """Run a command of docker-compose on it; return what that printed."""
        command = ["docker-compose", "--project-name", self._project, *arguments]
        environment = {**self.engine.environment, **self._settings}
        done = subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout

    @property
    def container(self) -> str:
        """The id of the container."""
        return self.compose("ps", "--quiet", "ohdio").strip()

    def exit_code(self) -> int:
        """Return how the container has ended."""
        state = self.engine.inspect(self.container)["State"]
        assert not state["Running"]
        return int(state["ExitCode"])

    def end(self) -> None:
        """Remove it, with its volumes; the library stays."""
        print(self.compose("logs", "--no-color", "--tail", "60"))  # shown with a test that fails
        self.api.close()
        self.compose("down", "--volumes", "--timeout", "5")


Serve = Callable[..., HomeServer]


@pytest.fixture
def serve(engine: Engine, sites: SimOrigin) -> Iterator[Serve]:
    """Starts a home server for a library, with lines that are added to its service."""
    with ExitStack() as ends:

        def start(library: Path, **lines: Any) -> HomeServer:
            directory = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="ohdio-home-")))
            server = HomeServer(engine, directory, sites, library, **lines)
            ends.callback(server.end)
            server.up()
            return server

        yield start


@pytest.fixture
def library() -> Iterator[Path]:
    """A folder of user 1000."""
    with tempfile.TemporaryDirectory(prefix="ohdio-home-library-") as made:
        os.chown(made, 1000, 1000)
        Path(made).chmod(0o755)
        yield Path(made)


@contextmanager
def exfat(user: int) -> Iterator[Path]:
    """A folder with an exFAT file system, whose files are all a user's."""
    with tempfile.TemporaryDirectory(prefix="ohdio-exfat-") as made:
        image, folder = Path(made, "image"), Path(made, "stick")
        with image.open("wb") as file:
            file.truncate(300 * MB)
        folder.mkdir()
        subprocess.run(["mkfs.exfat", image], check=True, capture_output=True)
        attached = subprocess.run(["losetup", "--find", "--show", image], check=True, capture_output=True, text=True)
        device = attached.stdout.strip()
        try:
            options = f"uid={user},gid={user},umask=022,allow_other"
            subprocess.run(["mount.exfat-fuse", device, folder, "-o", options], check=True, capture_output=True)
            try:
                yield folder
            finally:
                subprocess.run(["umount", "--lazy", folder], check=True)
        finally:
            subprocess.run(["losetup", "--detach", device], check=True)


def collect(server: HomeServer, books: int = 3) -> None:
    Shelf(server.library).assert_sound(fetch(server, books))


def fetch(server: HomeServer, books: int = 3) -> list[SimBook]:
    catalogue = fresh_category(books, seconds=1)
    server.origin.offer(catalogue)
    server.run("ohdio", "add", server.origin.category_url(catalogue.categories[0]))
    server.wait_until_settled(books, within=60)
    assert {item["status"] for item in server.api.items()} == {"completed"}
    return list(catalogue.books)


def test_its_image_adds_little_to_its_base(engine: Engine) -> None:
    assert size_over_base(engine, home_image()) <= 250 * MB


def test_from_its_first_lines_to_the_first_books(serve: Serve, library: Path) -> None:
    server = serve(library)

    said = server.compose("logs", "--no-color")
    assert f"ohdio is running on http://nas.example:{server.port}" in said
    assert "programs need the token that `docker compose exec ohdio ohdio token` prints" in said
    # From the machine's side of the bridge it is another one's request.
    refused = httpx.get(f"http://127.0.0.1:{server.port}/api/v1/queue", trust_env=False, timeout=60)
    assert refused.status_code == 401
    assert complaint(server.engine, server.container) == ""
    collect(server)
    filed = list(library.rglob("*.mp3"))
    assert {path.stat().st_uid for path in filed} == {1000}
    assert {stat.S_IMODE(path.stat().st_mode) for path in filed} == {0o664}

    server.compose("stop")
    assert server.exit_code() == 0
    server.up()
    assert server.api.stats()["completed"] == 3
    server.compose("kill")
    server.up()
    assert server.api.stats()["completed"] == 3


def test_a_user_without_a_name_on_a_read_only_root_with_a_library_on_exfat(serve: Serve) -> None:
    with exfat(54321) as stick:
        server = serve(
            stick,
            user="54321:54321",
            read_only=True,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges:true"],
        )

        collect(server)
        assert server.run("id", "-u").strip() == "54321"
        assert re.search(r"ok +library: /library can be written to", server.run("ohdio", "doctor"))
        server.compose("stop")
        assert server.exit_code() == 0


@pytest.mark.full
def test_with_its_library_in_a_bucket(serve: Serve, library: Path, store: ObjectStore, tmp_path: Path) -> None:
    address = store.address(prefix="shelf/")
    settings = {
        "LIBRARY_URL": address.location,
        "AWS_ENDPOINT_URL": str(address.endpoint),
        "AWS_ACCESS_KEY_ID": str(address.key_id),
        "AWS_SECRET_ACCESS_KEY": str(address.secret),
    }
    server = serve(library, settings=settings, read_only=True, cap_drop=["ALL"])

    assert f"Books go to {address.location}." in server.compose("logs", "--no-color")
    books = fetch(server)
    shelf = fetched(address, tmp_path / "seen")
    shelf.assert_sound(books)
    (file,) = shelf.files(books[0])
    answer = server.api.hear(server.api.item_of(books[0]), "100-1099")
    assert (answer.status_code, answer.content) == (206, file.read_bytes()[100:1100])
    assert re.search(rf"ok +library: {address.location} can be written to", server.run("ohdio", "doctor"))

    server.compose("kill")
    server.up()
    assert server.api.stats()["completed"] == 3
    assert [*library.iterdir()] == [], "something was put into the folder for books all the same"
    assert str(address.secret) not in server.compose("logs", "--no-color")


def test_a_database_on_exfat_is_refused_with_what_to_do(engine: Engine) -> None:
    with exfat(1000) as stick:
        done = subprocess.run(
            ["docker", "run", "--rm", "--network", "none", "--volume", f"{stick}:/data", home_image()],
            env=engine.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert "The database cannot lie in /data/ohdio/postgres" in done.stderr
    assert "in a container: a volume" in done.stderr
