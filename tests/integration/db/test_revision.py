from __future__ import annotations

from alembic.script import ScriptDirectory

from ohdio_core.db.migrate import downgrade, upgrade
from ohdio_core.db.revision import VERSIONS, is_current, newest_revision


def test_the_newest_revision_is_the_head_of_alembic() -> None:
    assert newest_revision() == ScriptDirectory(str(VERSIONS.parent)).get_current_head()


def test_a_database_is_current_only_at_the_newest_revision(empty_database_url: str) -> None:
    assert not is_current(empty_database_url)
    upgrade(empty_database_url)
    assert is_current(empty_database_url)
    assert is_current(empty_database_url.replace("postgresql://", "postgresql+psycopg://"))
    downgrade(empty_database_url, "-1")
    assert not is_current(empty_database_url)
