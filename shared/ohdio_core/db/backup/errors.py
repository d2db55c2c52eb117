"""Why something is not backed up or restored."""

from __future__ import annotations

from ohdio_core.errors import OhdioError


class BackupError(OhdioError):
    """Nothing was written, or nothing has changed in the database; the sentence says why and what to do."""


class NothingStored(BackupError):
    """The database has no tables of ours."""


class BackupUnreadable(BackupError):
    """The file is no backup, is damaged, or is incomplete."""


class RestoreRefused(BackupError):
    """The database is in use, holds something, or does not know what the backup is."""


class FileUnusable(BackupError):
    """A file cannot be read or written."""
