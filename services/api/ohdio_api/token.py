"""``python -m ohdio_api.token``: print the token that requests to the API of this machine, or container, need."""

from __future__ import annotations

import os
import shutil
import sys

from ohdio_api.access import TokenFile
from ohdio_api.way_in import WayIn
from ohdio_core.control_characters import controls_shown
from ohdio_core.data_directory import default_data_directory


def main() -> None:
    """Print the token that a person set or the one that is kept, made when there is none, and what opens pages."""
    token = os.environ.get("OHDIO_API_TOKEN") or TokenFile(default_data_directory() / "token").read_or_make()
    sys.stdout.write(f"{token}\n")
    address = os.environ.get("OHDIO_PUBLIC_URL") or None
    lines = [] if address is None else [f"Other machines reach this ohdio at {controls_shown(address)}."]
    way_in = WayIn.of(token, address)
    width = shutil.get_terminal_size().columns if sys.stderr.isatty() else None
    for line in (*lines, *way_in.lines(), *way_in.drawn(width)):
        sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
