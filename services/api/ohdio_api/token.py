"""``python -m ohdio_api.token``: print the token that requests to the API of this machine, or container, need."""

from __future__ import annotations

import os
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
    for line in (*lines, *WayIn.of(token, address).lines()):
        sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
