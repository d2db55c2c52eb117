"""``python -m ohdio_core.migrate``: migrate the database of ``DATABASE_URL`` to the newest schema.

What the one-shot migrate service runs.
"""

from __future__ import annotations

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from ohdio_core.db.migrate import upgrade
from ohdio_core.db.session import sqlalchemy_url
from ohdio_core.logging import configure_logging
from ohdio_core.settings import DatabaseSettings, InvalidSettings, exit_with, load


def main() -> None:
    """Migrate the database; exit with code 2 and one line when the setting is wrong or PostgreSQL does not answer."""
    configure_logging()
    try:
        settings = load(DatabaseSettings)
        create_engine(sqlalchemy_url(settings.database_url), connect_args={"connect_timeout": 5}).connect().close()
        upgrade(settings.database_url)
    except InvalidSettings as error:
        exit_with(error)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        exit_with(InvalidSettings(f"DATABASE_URL is wrong, or PostgreSQL is not running: {reason}"))


if __name__ == "__main__":
    main()
