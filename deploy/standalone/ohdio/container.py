"""Whether this process is what a container runs, and how commands are run beside it from outside."""

from __future__ import annotations

import os


def command_here(command: str) -> str:
    """Return what a person types on this machine to run a command of ours beside this process.

    The first process of a container is what it was made for, and is called as in ``deploy/home/docker-compose.yml``.
    """
    return f"docker compose exec ohdio {command}" if os.getpid() == 1 else command
