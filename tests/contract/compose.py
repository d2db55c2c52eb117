"""What docker-compose makes of a compose file."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any


def compose_services(folder: Path, **environment: str) -> dict[str, Any]:
    """Return the services of the compose file in a folder, as docker-compose understands it.

    Args:
        environment: What stands for ``.env``.
    """
    services: dict[str, Any] = json.loads(_understood(folder, tuple(environment.items())))
    return services


@cache
def _understood(folder: Path, environment: tuple[tuple[str, str], ...]) -> str:
    done = subprocess.run(
        ["docker-compose", "config"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **dict(environment)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # docker-compose speaks YAML, and Debian's Python has a reader of it: docker-compose itself needs one.
    script = "import json,sys,yaml; json.dump(yaml.safe_load(sys.stdin)['services'], sys.stdout)"
    parsed = subprocess.run(
        ["/usr/bin/python3", "-c", script], input=done.stdout, capture_output=True, text=True, check=True
    )
    return parsed.stdout
