"""The database of a data directory, for whoever wants to look into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ohdio.datadir import DataDirectory, DataDirectoryInUse
from ohdio.postgres import EmbeddedPostgres
from ohdio.postgres.postmaster import find_postmaster
from ohdio.settings import GivenDatabase
from ohdio_core.settings import load


@contextmanager
def opened_database(directory: DataDirectory) -> Iterator[str | None]:
    """Yield its URL, or that of ``DATABASE_URL``; None where there is none yet, or it is just being started.

    One that nobody uses runs for the length of the block.

    Raises:
        PostgresUnavailable: It cannot be run.
        DataDirectoryUnusable: The directory cannot be written to.
        InvalidSettings: What ``DATABASE_URL`` or ``DATABASE_PASSWORD_FILE`` says is wrong.
    """
    postgres = directory.path / "postgres"
    with ExitStack() as stack:
        url = load(GivenDatabase).database_url
        if url is None and (postgres / "data").exists():
            try:
                stack.enter_context(directory)
            except DataDirectoryInUse:
                postmaster = find_postmaster(postgres / "data")
                url = None if postmaster is None or not postmaster.is_ready else postmaster.url
            else:
                url = stack.enter_context(EmbeddedPostgres(postgres)).url
        yield url


@contextmanager
def own_database(directory: DataDirectory) -> Iterator[str]:
    """Yield the URL of the database for whoever is alone with it: that of ``DATABASE_URL``, or one that is made here.

    Raises:
        DataDirectoryInUse: An ohdio runs on the directory.
        DataDirectoryUnusable: It cannot be made or written to.
        PostgresUnavailable: The database cannot be run.
        InvalidSettings: What ``DATABASE_URL`` or ``DATABASE_PASSWORD_FILE`` says is wrong.
    """
    given = load(GivenDatabase).database_url
    with directory:
        if given is not None:
            yield given
            return
        with EmbeddedPostgres(directory.path / "postgres") as server:
            yield server.url
