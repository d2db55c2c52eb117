"""``ohdio backup``."""

from __future__ import annotations

from typing import Annotated

import typer

from ohdio.cli.sentences import exiting_with_sentences_of_a_start
from ohdio_client.cli.options import Data
from ohdio_client.cli.output import print_error
from ohdio_client.errors import BadInput
from ohdio_client.language import translated
from ohdio_core.sentences import sentence


def backup(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where it goes; - is the standard output.")],
    *,
    data: Data = None,
) -> None:
    """Write everything but the files of books to a file: the queue, what is known of books and scans, what was chosen.

    ohdio may run meanwhile.
    """
    from ohdio.database import opened_database
    from ohdio.datadir import DataDirectory
    from ohdio_core.backup import back_up
    from ohdio_core.data_directory import default_data_directory

    directory = DataDirectory(data or default_data_directory())
    with exiting_with_sentences_of_a_start(), opened_database(directory) as url:
        if url is None:
            raise BadInput(
                sentence(
                    "backup.nothing_yet",
                    "There is nothing to back up: no ohdio has run on {directory} yet, or it is starting.",
                    directory=str(directory.path),
                )
            )
        print_error(*map(translated, back_up(url, file)))
