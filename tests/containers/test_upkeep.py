"""What an operator does to a stack: back it up, restore it, upgrade it and go back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from devservers.containers.images import SERVICES, image_of
from ohdio_core.db.revision import newest_revision
from tests.containers.stack import Stack
from tests.containers.steps import assert_all_complete, bytes_flow, collect

pytestmark = pytest.mark.full

_MIGRATION = """
from alembic import op

revision = "{next}"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE of_the_next_version (id int)")


def downgrade() -> None:
    op.execute("DROP TABLE of_the_next_version")
"""
_VERSIONS = "/app/lib/python3.11/site-packages/ohdio_core/db/migrations/versions/"


class TestABackup:
    def test_restored_into_an_empty_stack_has_nothing_fetched_again(self, own_stack: Stack, tmp_path: Path) -> None:
        books = collect(own_stack, 5)
        assert_all_complete(own_stack, books, within=120)
        before = [(item["id"], item["status"], item["audiobook"]["title"]) for item in own_stack.api.items()]
        backup = tmp_path / "ohdio.backup"
        backup.write_bytes(own_stack.run_once("python", "-m", "ohdio_core.backup", "-"))

        own_stack.down()
        own_stack.run_once("python", "-m", "ohdio_core.restore", "-", given=backup.read_bytes())
        own_stack.up()

        after = [(item["id"], item["status"], item["audiobook"]["title"]) for item in own_stack.api.items()]
        assert after == before
        for scan in own_stack.api.scans():
            own_stack.api.add(scan["url"])
        own_stack.wait_until(lambda: len(own_stack.api.scans()) == 2, 30, "the category is scanned again")
        assert_all_complete(own_stack, books, within=120)


class TestAnUpgrade:
    def test_amid_downloads_with_a_migration_and_the_way_back_lose_nothing(
        self, own_stack: Stack, tmp_path: Path
    ) -> None:
        make_next_version(own_stack, tmp_path)
        books = collect(own_stack, 6, seconds=90.0)
        bytes_flow(own_stack)
        name_images(own_stack, "next")
        own_stack.up()
        assert revision(own_stack) == "9999"
        assert_all_complete(own_stack, books, within=180, more_bytes=0.05)

        own_stack.stop()
        own_stack.run_once("python", "-m", "ohdio_core.migrate", "--to", newest_revision())
        name_images(own_stack, "0.1.0")
        own_stack.up()
        assert revision(own_stack) == newest_revision()
        assert {item["status"] for item in own_stack.api.items()} == {"completed"}
        more = collect(own_stack, 2)
        own_stack.wait_until_settled(len(books) + len(more), within=120)
        assert {item["status"] for item in own_stack.api.items()} == {"completed"}


def make_next_version(stack: Stack, directory: Path) -> None:
    """Make images of a version that has one migration more."""
    migration = _MIGRATION.format(next="9999", head=newest_revision())
    (directory / "next.py").write_text(migration, encoding="utf-8")
    for service in SERVICES:
        (directory / "Dockerfile").write_text(f"FROM {image_of(service)}\nCOPY next.py {_VERSIONS}\n", encoding="utf-8")
        stack.engine.build(directory, f"{image_of(service).rpartition(':')[0]}:next")


def name_images(stack: Stack, version: str) -> None:
    """Make the compose file name the images of another version."""
    file = stack.directory / "docker-compose.yml"
    text = re.sub(r"(image: (?:&\S+ )?ohdio/\w+):\S+", rf"\1:{version}", file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")


def revision(stack: Stack) -> str:
    """Return the revision of the stack's database."""
    query = "SELECT version_num FROM alembic_version"
    return stack.compose("exec", "-T", "postgres", "psql", "-U", "ohdio", "-d", "ohdio", "-Atc", query).strip()
