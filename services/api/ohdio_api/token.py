"""``python -m ohdio_api.token``: print the token that requests to the API of this machine, or container, need."""

from __future__ import annotations

import os
import sys

from ohdio_api.access import TokenFile
from ohdio_core.control_characters import controls_shown
from ohdio_core.data_directory import default_data_directory


def main() -> None:
    """Print the token that a person set, or else the one that is kept; make it if there is none yet."""
    token = os.environ.get("OHDIO_API_TOKEN") or TokenFile(default_data_directory() / "token").read_or_make()
    sys.stdout.write(f"{token}\n")
    if address := os.environ.get("OHDIO_PUBLIC_URL"):
        sys.stderr.write(f"Other machines reach this ohdio at {controls_shown(address)}.\n")


if __name__ == "__main__":
    main()
