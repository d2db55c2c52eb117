"""``ohdio migrate``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio.cli.sentences import exiting_with_sentences_of_a_start
from ohdio_client.cli.confirmation import confirm
from ohdio_client.cli.options import Data
from ohdio_client.cli.output import print_line
from ohdio_core.sentences import sentence


def migrate(
    *,
    revision: Annotated[
        str | None, typer.Option("--to", metavar="REVISION", help="The revision to migrate to, up or down.")
    ] = None,
    is_meant: Annotated[bool, typer.Option("--yes", help="Do not ask before going back.")] = False,
    data: Data = None,
) -> None:
    """Migrate the database to this version's schema, or back to that of an earlier one; ohdio must not run meanwhile.

    Each start does the first by itself. What going back loses is said in docs/operations.md.
    """
    from ohdio.database import own_database
    from ohdio.datadir import DataDirectory
    from ohdio_core.data_directory import default_data_directory
    from ohdio_core.db.migrate import migration_to, run_migration
    from ohdio_core.db.unreachable import naming_the_setting
    from ohdio_core.logging import configure_logging

    directory = DataDirectory(data or default_data_directory())
    with exiting_with_sentences_of_a_start(), naming_the_setting(), own_database(directory) as url:
        configure_logging(to=directory.open_log())
        wanted = migration_to(url, revision)
        if wanted.is_back and not is_meant:
            confirm(
                f"Go back to revision {wanted.to}?",
                [f"The database is at revision {wanted.since}. What was added since is lost: back up first."],
                nothing=sentence("migrate.nothing", "Nothing was changed."),
                unasked=sentence(
                    "migrate.unasked",
                    "Nothing was changed, as nobody can be asked here: --yes goes back to revision {revision}.",
                    revision=wanted.to,
                ),
                as_json=False,
            )
        run_migration(url, wanted)
        print_line(f"The database is at revision {wanted.to}.")
