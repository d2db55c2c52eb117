"""``python -m ohdio_core.migrate``: migrate the database of ``DATABASE_URL`` to the newest schema.

What the one-shot migrate service runs.
"""

from __future__ import annotations

from sqlalchemy import create_engine

from ohdio_core.db.migrate import upgrade
from ohdio_core.db.session import sqlalchemy_url
from ohdio_core.db.unreachable import naming_the_setting
from ohdio_core.logging import configure_logging
from ohdio_core.settings import DatabaseSettings, InvalidSettings, exit_with, load


def main() -> None:
    """Migrate the database; exit with code 2 and one line when the setting is wrong or PostgreSQL does not answer."""
    configure_logging()
    try:
        settings = load(DatabaseSettings)
        with naming_the_setting():
            create_engine(sqlalchemy_url(settings.database_url), connect_args={"connect_timeout": 5}).connect().close()
            upgrade(settings.database_url)
    except InvalidSettings as error:
        exit_with(error)


if __name__ == "__main__":
    main()
