"""How this installation of ohdio came to be, and so how it is updated."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ohdio_core.sentences import Sentence, sentence

#: In the environment that a Dockerfile or `make install` has made: which of these it was.
NOTE = "installed-by"

_BY: dict[str, Callable[[], Sentence]] = {
    "container": lambda: sentence(
        "update.container",
        "To update: `git pull`, or take the compose file of the newer version; then `docker compose pull` and `docker "
        "compose up -d`, with `--build` where the images are built on the machine.",
    ),
    "make install": lambda: sentence(
        "update.make_install",
        "To update: `git pull` and `make install` in the checkout; then `systemctl --user restart ohdio` where systemd "
        "runs it.",
    ),
}


def how_to_update(prefix: Path | None = None) -> Sentence:
    """Return how this installation is updated.

    Args:
        prefix: The Python environment that it is in; None for this one.
    """
    noted = _noted(prefix)
    if noted in _BY:
        return _BY[noted]()
    if (checkout := _checkout()) is not None:
        return sentence("update.checkout", "To update: `git pull` and `make setup` in {folder}.", folder=str(checkout))
    return sentence(
        "update.packages",
        "To update: install the newer wheels with what installed these, `pipx` or `pip install --upgrade`.",
    )


def is_of_an_image(prefix: Path | None = None) -> bool:
    """Return whether this installation is that of an image: it runs in a container.

    Args:
        prefix: The Python environment that it is in; None for this one.
    """
    return _noted(prefix) == "container"


def _noted(prefix: Path | None) -> str:
    try:
        return Path(prefix or sys.prefix, NOTE).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _checkout() -> Path | None:
    """Return the checkout that this code is run from; None where it was installed (PEP 610)."""
    origin = json.loads(distribution("ohdio-core").read_text("direct_url.json") or "{}")
    if not origin.get("dir_info", {}).get("editable"):
        return None
    return Path(unquote(urlsplit(origin["url"]).path)).parent
