"""``ohdio token``."""

from __future__ import annotations

from ohdio.cli.options import AsJson, Data
from ohdio.cli.output import print_json, print_line
from ohdio.cli.sentences import exiting_with_sentences


def token(*, data: Data = None, as_json: AsJson = False) -> None:
    """Print the secret that other machines need to talk to an ohdio that `ohdio up --host` runs here."""
    from ohdio.datadir import DataDirectory, default_data_directory

    with exiting_with_sentences():
        secret = DataDirectory(data or default_data_directory()).token()
    if as_json:
        print_json({"token": secret})
    else:
        print_line(secret)
