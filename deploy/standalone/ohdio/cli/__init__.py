"""The ``ohdio`` command. It answers before anything is imported that takes long."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

_MISTAKE_OF_OURS = 3  # exit code
_STARTING = frozenset({"get", "up"})


def main() -> None:
    """Run the command; ends the process."""
    _announce(sys.argv[1:])
    # Importing makes some 300,000 objects, none of them garbage: a look at every 700 costs a tenth of a start.
    gc.set_threshold(20_000)
    try:
        from ohdio.cli.app import app

        app()
    except Exception:  # noqa: BLE001 # 1 says that books failed, so a mistake of ours must end with something else
        import traceback

        traceback.print_exc()
        raise SystemExit(_MISTAKE_OF_OURS) from None


def _announce(arguments: Sequence[str]) -> None:
    """Print on a terminal that a start has begun, as its first second is silent."""
    is_start = bool(arguments) and arguments[0] in _STARTING and not {"-h", "--help"} & {*arguments}
    if is_start and sys.stderr.isatty():
        sys.stderr.write("Starting …\n")
        sys.stderr.flush()


__all__ = ["main"]
