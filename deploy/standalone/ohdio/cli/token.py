"""``ohdio token``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ohdio_client.cli.options import AsJson, Data
from ohdio_client.cli.output import print_error, print_json, print_line, terminal_width
from ohdio_client.cli.sentences import exiting_with_sentences

if TYPE_CHECKING:
    from ohdio.datadir import DataDirectory


def token(*, data: Data = None, as_json: AsJson = False) -> None:
    """Print the secret that other machines need to talk to an ohdio that `ohdio up --host` runs here, and for where."""
    from ohdio.datadir import DataDirectory
    from ohdio_api.way_in import WayIn
    from ohdio_core.data_directory import default_data_directory

    with exiting_with_sentences():
        directory = DataDirectory(data or default_data_directory())
        secret, remark = _secret(directory)
        address = _public_address(directory)
    way_in = WayIn.of(secret, address)
    if as_json:
        print_json({"token": secret, "public_url": address, **way_in._asdict()})
    else:
        print_line(secret)
        if address is not None:
            print_error(f"Other machines reach this ohdio at {address}.")
        if remark is None:
            print_error(*way_in.lines(), *way_in.drawn(terminal_width(sys.stderr)))
    if remark is not None:
        print_error(remark)


def _public_address(directory: DataDirectory) -> str | None:
    """Return the address that a person has named for other machines: to the ohdio that runs, or else here."""
    instance = directory.running_instance()
    named = None if instance is None else instance.public_url
    return named or os.environ.get("OHDIO_PUBLIC_URL") or None


def _secret(directory: DataDirectory) -> tuple[str, str | None]:
    """Return the token, and what is to be said where nobody asks for it at the moment."""
    instance = directory.running_instance()
    if instance is None:
        return directory.token(), (
            "No ohdio is running here. One that other machines can reach (`ohdio up --host 0.0.0.0`) will ask them for "
            "this token, unless OHDIO_API_TOKEN sets another."
        )
    if instance.token is None:
        return directory.token(), (
            "The ohdio that is running here asks for no token, as only this machine can reach it. One that others can "
            "reach (`ohdio up --host 0.0.0.0`) will ask them for this one."
        )
    return instance.token, None
