"""Who is told of what becomes of books is told of scans that have failed, too."""

from __future__ import annotations

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_FUNCTION = r"""
    CREATE FUNCTION tell_of_scan() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM tell_channels(
            'needs_person', NULL, coalesce(NEW.title, host_of(NEW.url)), NEW.error, NEW.error_message
        );
        RETURN NULL;
    END $$;
    COMMENT ON FUNCTION tell_of_scan IS 'See tell_channels; a scan goes on where it stopped, if a person wants it.';
    CREATE TRIGGER tell_failed AFTER UPDATE OF status ON scrapes FOR EACH ROW
        WHEN (NEW.status = 'failed' AND OLD.status <> 'failed') EXECUTE FUNCTION tell_of_scan();
    COMMENT ON TRIGGER tell_failed ON scrapes IS 'See tell_of_scan.';
"""


def upgrade() -> None:
    op.execute(_FUNCTION)


def downgrade() -> None:
    op.execute("DROP TRIGGER tell_failed ON scrapes")
    op.execute("DROP FUNCTION tell_of_scan")
