"""What an installation keeps and hands out, all of it, for whoever looks for secrets in there."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

from tests.fixtures.product import Product, ServicesProduct


def backup(product: Product, file: Path) -> str:
    """Return all that the database has, as a backup has it, and what is said of it."""
    environment = {**os.environ}
    if isinstance(product, ServicesProduct):
        command = [sys.executable, "-m", "ohdio_core.backup"]
        environment["DATABASE_URL"] = product.database_url
    else:
        command = [str(Path(sys.executable).with_name("ohdio")), "backup", "--data", str(product.directory / "data")]
    made = subprocess.run([*command, str(file)], env=environment, capture_output=True, text=True, check=True)
    return made.stderr + gzip.decompress(file.read_bytes()).decode()


def contents(directory: Path) -> str:
    """Return what is in all files of a directory but that of the key, and their names: books, logs, a database."""
    files = [path for path in directory.rglob("*") if path.is_file() and path.name != "secret.key"]
    return "\n".join(f"{path}\n{path.read_bytes().decode(errors='replace')}" for path in files)
