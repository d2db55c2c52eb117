"""The PostgreSQL server of one data directory: made, started, and stopped, also when its owner is killed."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from ohdio.postgres.binaries import command
from ohdio.postgres.cluster import make_cluster
from ohdio.postgres.errors import PostgresUnavailable
from ohdio.postgres.postmaster import Postmaster, find_postmaster, forget_dead_postmaster, processes_in
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import sentence

#: Small, for one household's books; what is not named here is PostgreSQL's default, durability included.
SETTINGS = {
    "listen_addresses": "",  # its socket alone, in a directory that is closed to others
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_max_workers": "1",
    "io_method": "sync",
    "jit": "off",
}
#: The longest path that a socket's address holds, less the name that PostgreSQL gives it.
_LONGEST_SOCKET_DIR = 107 - len("/.s.PGSQL.5432")
_STARTS_WITHIN = 60.0  # seconds; after a power cut it may have to read its log
_STOPS_WITHIN = 8.0  # seconds
_INTERVAL = 0.01  # seconds between two looks
_LARGEST_LOG = 1_000_000  # bytes at a start


class EmbeddedPostgres:
    """The server of one data directory, for whoever holds that directory's lock: there is never a second owner.

    It ends, losing nothing, on ``stop`` and soon after the thread that started it, so start it in one that lives as
    long as its owner. One that is left all the same, for instance by another version, is ended by the next owner.

    Args:
        directory: Holds the cluster and its log; made when missing. Its path may be of any length. The log tells of
            earlier starts too; one that is large at a start is put aside as ``postgres.log.1``.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._data = self._directory / "data"
        self._log = self._directory / "postgres.log"
        self._log_began_at = 0  # the byte where this start's words begin
        self._child: subprocess.Popen[bytes] | None = None
        self._postmaster: Postmaster | None = None

    @property
    def url(self) -> str:
        """``postgresql://…`` of the running server, for every process of this user."""
        assert self._postmaster is not None, "it has not been started"
        return self._postmaster.url

    def start(self) -> Self:
        """Start it, after the end of one that an earlier owner left; return when it takes connections.

        Raises:
            PostgresUnavailable: It cannot be started; the sentence says why.
        """
        self.launch()
        self.wait_until_ready()
        return self

    def launch(self) -> None:
        """Begin to start it, for whoever has something to do meanwhile; ``wait_until_ready`` must follow.

        Raises:
            PostgresUnavailable: It cannot be started; the sentence says why.
        """
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            make_cluster(self._data)
            self._launch()
        except OSError as error:
            raise PostgresUnavailable(
                sentence(
                    "postgres.no_place",
                    "The database cannot be kept in {directory}: {path} is in the way, or may not be written to "
                    "({reason}). Choose another data directory with --data.",
                    directory=str(self._directory),
                    path=str(error.filename or self._directory),
                    reason=reason_in_sentence(error),
                )
            ) from error

    def wait_until_ready(self) -> None:
        """Return when it takes connections.

        Raises:
            PostgresUnavailable: It ended, or takes too long; the sentence says why.
        """
        self._postmaster = self._wait_until_ready()

    def stop(self) -> None:
        """Shut it down cleanly; harmless when it is not running."""
        postmaster, self._postmaster = self._postmaster, None
        child, self._child = self._child, None
        if postmaster is not None:
            self._shut_down(postmaster)
        elif child is not None:  # launched, and nobody waited for it
            self._end_process(child.pid)
        if child is not None:
            child.wait()

    def __enter__(self) -> Self:
        """Start it."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def _shut_down(self, postmaster: Postmaster) -> None:
        self._end_process(postmaster.pid)
        if postmaster.socket_dir != self._directory:
            shutil.rmtree(postmaster.socket_dir, ignore_errors=True)

    def _end_process(self, pid: int) -> None:
        # Fast: sessions are cut, nothing is lost. Immediate: the next start replays the log.
        for number in (signal.SIGINT, signal.SIGQUIT):
            if self._end(pid, number):
                break

    def _launch(self) -> None:
        self._wait_until_free()
        forget_dead_postmaster(self._data, self._directory)
        socket_dir = self._directory
        # A comma would make two hosts of it for the clients.
        if len(os.fsencode(socket_dir)) > _LONGEST_SOCKET_DIR or "," in str(socket_dir):
            socket_dir = Path(tempfile.mkdtemp(prefix="ohdio-"))
        settings = {**SETTINGS, "unix_socket_directories": _quoted(socket_dir)}
        options = (option for name, value in settings.items() for option in ("-c", f"{name}={value}"))
        if self._log.exists() and self._log.stat().st_size > _LARGEST_LOG:
            self._log.replace(self._log.with_name("postgres.log.1"))
        with self._log.open("ab") as log:
            self._log_began_at = log.tell()
            self._child = subprocess.Popen(
                command("postgres", "-D", str(self._data), *options, owned=self._data, ends_with=os.getpid()),
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for us; we stop it when nobody needs it any more.
                start_new_session=True,
            )

    def _wait_until_free(self) -> None:
        """End the server that an earlier owner left; the last processes of one that was killed go by themselves."""
        deadline = time.monotonic() + _STARTS_WITHIN
        while left := processes_in(self._data):
            if (postmaster := find_postmaster(self._data)) is not None:
                self._shut_down(postmaster)
            if time.monotonic() > deadline:
                raise PostgresUnavailable(
                    sentence(
                        "postgres.still_used",
                        "Processes {processes} of an earlier PostgreSQL still use {directory}, and do not end: end "
                        "them.",
                        processes=", ".join(map(str, left)),
                        directory=str(self._data),
                    )
                )
            time.sleep(_INTERVAL)

    def _wait_until_ready(self) -> Postmaster:
        assert self._child is not None
        deadline = time.monotonic() + _STARTS_WITHIN
        while True:
            postmaster = find_postmaster(self._data)
            if postmaster is not None and postmaster.is_ready and _answers(postmaster):
                return postmaster
            if self._child.poll() is not None:
                raise PostgresUnavailable(
                    sentence("postgres.ended", "PostgreSQL ended while starting:"), details=self._last_words()
                )
            if time.monotonic() > deadline:
                raise PostgresUnavailable(
                    sentence(
                        "postgres.not_ready",
                        "PostgreSQL is not ready after {seconds:.0f} seconds:",
                        seconds=_STARTS_WITHIN,
                    ),
                    details=self._last_words(),
                )
            time.sleep(_INTERVAL)

    def _last_words(self) -> Sequence[str]:
        said = self._log.read_bytes()[self._log_began_at :].decode(errors="replace")
        return said.splitlines()[-10:]

    @staticmethod
    def _end(pid: int, number: signal.Signals) -> bool:
        """Send a signal and say whether the process has ended in time."""
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        try:
            signal.pidfd_send_signal(process, number)
            waiting = select.poll()
            waiting.register(process, select.POLLIN)
            ended = waiting.poll(_STOPS_WITHIN * 1000)
        except ProcessLookupError:
            return True
        finally:
            os.close(process)
        return bool(ended)


def _answers(postmaster: Postmaster) -> bool:
    """Return whether it takes connections; its file says so also for a moment after it was told to end, or killed."""
    # Imported while the server starts.
    import psycopg

    try:
        psycopg.connect(postmaster.url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _quoted(directory: Path) -> str:
    """Write a path as the one item of a list of paths in PostgreSQL's settings."""
    return '"' + str(directory).replace('"', '""') + '"'
