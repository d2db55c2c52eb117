"""The ``ohdio`` command. It answers before anything is imported that takes long."""

from __future__ import annotations

import gc

_MISTAKE_OF_OURS = 3  # exit code


def main() -> None:
    """Run the command; ends the process."""
    # Importing makes some 300,000 objects, none of them garbage: a look at every 700 costs a tenth of a start.
    gc.set_threshold(20_000)
    try:
        from ohdio_client.cli.app import app

        app()
    except Exception:  # noqa: BLE001 # 1 says that books failed, so a mistake of ours must end with something else
        import traceback

        traceback.print_exc()
        raise SystemExit(_MISTAKE_OF_OURS) from None
    finally:
        # Else the interpreter looks through all of them once more before it ends, which takes half a second.
        gc.freeze()


__all__ = ["main"]
