"""``python -m ohdio_core.migrate``: migrate the database of ``DATABASE_URL`` to the newest schema.

What the one-shot migrate service runs. With ``--to REVISION`` it goes to that one, also back.
"""

from __future__ import annotations

import argparse

from ohdio_core.db.migrate import migration_to, run_migration
from ohdio_core.db.unreachable import naming_the_setting
from ohdio_core.logging import configure_logging
from ohdio_core.settings import DatabaseSettings, InvalidSettings, exit_with, load


def main() -> None:
    """Migrate the database; exit with code 2 and one line when the setting is wrong or PostgreSQL does not answer."""
    parser = argparse.ArgumentParser(prog="python -m ohdio_core.migrate")
    parser.add_argument("--to", metavar="REVISION", help="up or down; what going back loses is in docs/operations.md")
    revision = parser.parse_args().to
    configure_logging()
    try:
        url = load(DatabaseSettings).database_url
        with naming_the_setting():
            run_migration(url, migration_to(url, revision))
    except InvalidSettings as error:
        exit_with(error)


if __name__ == "__main__":
    main()
