"""What is said where PostgreSQL does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import OperationalError

from ohdio_core.sentences import sentence
from ohdio_core.settings import InvalidSettings


@contextmanager
def naming_the_setting() -> Iterator[None]:
    """Translate the errors of a connection that cannot be made, or breaks, into a sentence that names the setting.

    Raises:
        InvalidSettings: PostgreSQL does not answer, or not any more.
    """
    try:
        yield
    except (psycopg.OperationalError, OperationalError) as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise InvalidSettings(
            sentence(
                "setting.database_unreachable",
                "DATABASE_URL is wrong, or PostgreSQL is not running: {reason}",
                reason=reason,
            )
        ) from None
