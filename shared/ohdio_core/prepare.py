"""``python -m ohdio_core.prepare``: make what a stack of containers needs before its first start. Run as root.

    python -m ohdio_core.prepare --secrets /secrets --broker /broker --folder /library

Passwords that are there stay; so do folders that somebody uses. Twice is once.
"""

from __future__ import annotations

import argparse
import os
import secrets
from pathlib import Path

#: Who the services are in their containers.
_SERVICE_USER = 1000
#: The servers whose passwords are made, and the variable by which a person sets each.
_PASSWORDS = {"postgres": "POSTGRES_PASSWORD", "rabbitmq": "RABBITMQ_PASSWORD"}

_BROKER = """\
# Written at each start. The user is made at the first one.
default_user = ohdio
default_pass = {password}
log.console = true
# A download may hold its message for hours. Redelivery would do no harm (the row says that it runs),
# but it would cost a reconnection every half hour; a day is longer than any book takes.
consumer_timeout = 86400000
"""


def main() -> None:
    """Prepare what the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m ohdio_core.prepare", description=__doc__)
    parser.add_argument("--secrets", type=Path, required=True, help="the folder that gets the passwords, a file each")
    parser.add_argument("--broker", type=Path, required=True, help="the folder that gets RabbitMQ's configuration")
    parser.add_argument("--folder", type=Path, action="append", default=[], help="one that services write to")
    arguments = parser.parse_args()
    for server, variable in _PASSWORDS.items():
        keep_password(arguments.secrets / server, os.environ.get(variable, ""))
    keep_password(arguments.secrets / "key", "")  # by which secrets are encrypted; OHDIO_SECRET_KEY counts before it
    password = (arguments.secrets / "rabbitmq").read_text(encoding="utf-8")
    _write(arguments.broker / "ohdio.conf", _BROKER.format(password=password))
    for folder in arguments.folder:
        hand_over(folder)


def keep_password(file: Path, given: str) -> None:
    """Write a password down: the one that a person gave, else one of ours where there is none yet."""
    if given:
        _write(file, given)
    elif not file.exists():
        _write(file, secrets.token_urlsafe(24))


def hand_over(folder: Path) -> None:
    """Change the owner of a folder that Docker has just made, empty and root's, to the user of the services."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid == 0 and not any(folder.iterdir()):
        os.chown(folder, _SERVICE_USER, _SERVICE_USER)


def _write(file: Path, text: str) -> None:
    # For every user: the servers and the services are different ones, and only their containers see the folder.
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.chmod(0o444)
    new.replace(file)


if __name__ == "__main__":
    main()
