from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

INSERT = (
    "INSERT INTO workers (id, service, host, pid, threads, version) "
    "VALUES (gen_random_uuid(), 'scraper', %s, 1, 1, '0')"
)


def healthcheck(**environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "ohdio_core.healthcheck"],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr.strip()


class TestTheHealthCheckOfAWorker:
    def test_is_well_only_while_a_worker_of_this_machine_is_heard(self, database_url: str) -> None:
        assert healthcheck(DATABASE_URL=database_url)[0] == 1
        with psycopg.connect(database_url) as connection:
            connection.execute(INSERT, (socket.gethostname(),))
        assert healthcheck(DATABASE_URL=database_url.replace("postgresql://", "postgresql+psycopg://")) == (0, "")

    def test_says_what_is_missing(self, database_url: str, tmp_path: Path) -> None:
        assert healthcheck() == (1, "DATABASE_URL is not set.")
        address = urlsplit(database_url)
        bare = f"postgresql://someone@{address.hostname}:{address.port}/books"
        missing = str(tmp_path / "missing")
        code, words = healthcheck(DATABASE_URL=bare, DATABASE_PASSWORD_FILE=missing)
        assert (code, words.startswith("DATABASE_PASSWORD_FILE is wrong")) == (1, True)
