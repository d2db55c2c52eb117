"""``ohdio restore``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio.cli.sentences import exiting_with_sentences_of_a_start
from ohdio_client.cli.options import Data
from ohdio_client.cli.output import print_error
from ohdio_client.language import translated


def restore(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What `ohdio backup` wrote; - is the standard input.")],
    *,
    is_replacing: Annotated[bool, typer.Option("--replace", help="Delete what is in the database first.")] = False,
    data: Data = None,
) -> None:
    """Read a backup into the database of this machine, or of DATABASE_URL; ohdio must not run meanwhile.

    It may be of another machine, of separate services, and of an earlier version.
    """
    from ohdio.database import own_database
    from ohdio.datadir import DataDirectory
    from ohdio_core.data_directory import default_data_directory
    from ohdio_core.logging import configure_logging
    from ohdio_core.restore import restore_from

    directory = DataDirectory(data or default_data_directory())
    with exiting_with_sentences_of_a_start(), own_database(directory) as url:
        configure_logging(to=directory.open_log())
        print_error(*map(translated, restore_from(url, file, is_replacing=is_replacing)))
