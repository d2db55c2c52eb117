"""Writes the settings of each service into docker-compose.yml, from the settings classes. ``make docs``.

An entry without a value hands on what .env or the shell sets, and nothing where they set nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.configuration import SERVICES

FILE = Path(__file__).resolve().parent.parent / "docker-compose.yml"
_BEGIN = "# Written by `make docs` from the settings classes: what .env, or the shell, sets reaches the services.\n"
_END = "# (end of what is written)\n"
#: What the stack itself decides: its servers, its folders, and where the gateway listens in its container.
OF_THE_STACK = frozenset(
    {
        *("DATABASE_URL", "DATABASE_PASSWORD_FILE", "RABBITMQ_URL", "RABBITMQ_PASSWORD_FILE"),
        "OHDIO_SECRET_KEY_FILE",
        *("LIBRARY_DIR", "WORK_DIR", "HOST", "PORT", "OHDIO_METRICS_HOST", "OHDIO_METRICS_PORT"),
    }
)


def names(service: str) -> list[str]:
    """Return the variables that a person may set for a service."""
    return sorted({str(field.alias) for field in SERVICES[service].model_fields.values()} - OF_THE_STACK)


def render() -> str:
    """Return the file with the settings as they are now."""
    text = FILE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    after = rest.partition(_END)[2]
    blocks = []
    for service in SERVICES:
        entries = "".join(f"  {name}:\n" for name in names(service))
        blocks.append(f"x-{service}-settings: &{service}-settings\n{entries}")
    return f"{before}{_BEGIN}{''.join(blocks)}{_END}{after}"


def main() -> None:
    """Write the file, or with ``--check`` fail when it is out of date."""
    if "--check" in sys.argv:
        sys.exit(0 if FILE.read_text(encoding="utf-8") == render() else "Run `make docs`: settings have changed.")
    FILE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
