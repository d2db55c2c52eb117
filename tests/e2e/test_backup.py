"""A backup goes from one process to separate services and back, and nothing is fetched again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.fixtures.command import Command
from tests.fixtures.product import Installer
from tests.sites.catalogue import invent_category
from tests.sites.client import SimOrigin


def run_core(module: str, *arguments: str, database_url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"ohdio_core.{module}", *arguments],
        env={**os.environ, "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )


def test_to_services_and_back_fetches_nothing_again(
    ohdio: Command, installer: Installer, origin: SimOrigin, tmp_path: Path
) -> None:
    catalogue = invent_category(3, seconds=1)
    origin.offer(catalogue)
    link = origin.category_url(catalogue.categories[0])
    first, second = tmp_path / "first", tmp_path / "second"
    assert ohdio.run("get", link).returncode == 0
    said = ohdio.run("backup", str(first))
    assert said.returncode == 0
    assert "Not in it: the files of the books, settings, passwords, the token and the key" in said.stderr
    assert ohdio.run("backup", str(first)).returncode == 2, "an earlier one is kept"
    origin.reset()

    services = installer.stopped_services({"LIBRARY_DIR": str(ohdio.library)}, downloaders=1)
    restored = run_core("restore", str(first), database_url=services.database_url)
    assert restored.returncode == 0, restored.stderr
    assert "Restored 3 books and 1 scans" in restored.stderr
    services.start()
    assert services.api.stats()["completed"] == 3
    services.api.add(link)
    services.wait_until_settled(3, within=30)
    assert run_core("backup", str(second), database_url=services.database_url).returncode == 0, "while it runs"
    refused = run_core("restore", str(first), database_url=services.database_url)
    assert refused.returncode == 2
    assert "stop every service first" in refused.stderr
    services.end()

    elsewhere = str(ohdio.home / "elsewhere")
    assert ohdio.run("restore", str(second), "--data", elsewhere).returncode == 0
    again = ohdio.run("get", link, "--data", elsewhere)
    assert "3 books already there, nothing fetched" in again.stdout
    refused = ohdio.run("restore", str(second), "--data", elsewhere)
    assert refused.returncode == 2
    assert "--replace" in refused.stderr
    assert origin.stats().media_requests == 0


def test_going_back_a_revision_asks_first_and_is_undone_by_a_start(ohdio: Command, origin: SimOrigin) -> None:
    catalogue = invent_category(1, seconds=1)
    origin.offer(catalogue)
    link = origin.category_url(catalogue.categories[0])
    assert ohdio.run("get", link).returncode == 0

    asked = ohdio.run("migrate", "--to", "0020")
    assert asked.returncode == 2
    assert "as nobody can be asked here: --yes goes back to revision 0020" in asked.stderr
    assert "is at revision 0020" in ohdio.run("migrate", "--to", "0020", "--yes").stdout
    unknown = ohdio.run("migrate", "--to", "1999")
    assert unknown.returncode == 2
    assert "There is no revision 1999: there are 0001 to" in unknown.stderr

    assert "1 book already there, nothing fetched" in ohdio.run("get", link).stdout
