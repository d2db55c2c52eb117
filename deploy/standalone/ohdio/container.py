"""Whether this process is what a container runs, and how commands are run beside it from outside."""

from __future__ import annotations

import os


def is_in_container() -> bool:
    """Return whether this is the first process of a container: what that was made for."""
    return os.getpid() == 1


def command_here(command: str) -> str:
    """Return what a person types on this machine to run a command of ours beside this process.

    A container is called as in ``deploy/home/docker-compose.yml``.
    """
    return f"docker compose exec ohdio {command}" if is_in_container() else command
