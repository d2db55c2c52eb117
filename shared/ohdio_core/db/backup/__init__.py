"""Everything that PostgreSQL holds of ours, as one file, and back: into any version of PostgreSQL and any shape."""

from __future__ import annotations

from ohdio_core.db.backup.errors import BackupError
from ohdio_core.db.backup.files import opened_backup, written_file
from ohdio_core.db.backup.restore import restore
from ohdio_core.db.backup.save import save

__all__ = ["BackupError", "opened_backup", "restore", "save", "written_file"]
