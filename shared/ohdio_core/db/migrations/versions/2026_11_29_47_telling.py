"""Who is told of what becomes of books; books that were filed before that was noted are as old as their rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_FUNCTIONS = r"""
    CREATE FUNCTION host_of(link text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT coalesce(substring(link FROM '^[a-z]+://(?:[^/@]*@)?([^/?#]+)'), 'ohdio')
    $$;
    COMMENT ON FUNCTION host_of IS 'What is told of a link: whatever else is in it may be a secret.';
    CREATE FUNCTION tell_channels(told text, book bigint, titled text, why text, said jsonb) RETURNS void
    LANGUAGE sql AS $$
        INSERT INTO notices (channel_id, event, audiobook_id, title, reason, message)
        SELECT id, told, book, titled, why, said FROM channels WHERE told = ANY(events)
    $$;
    COMMENT ON FUNCTION tell_channels IS 'Written with the change itself: nobody hears of what did not happen.';
    CREATE FUNCTION tell_of_filed_book() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM tell_channels('completed', NEW.id, coalesce(NEW.title, host_of(NEW.url)), NULL, NULL);
        RETURN NULL;
    END $$;
    COMMENT ON FUNCTION tell_of_filed_book IS 'See tell_channels; once a book, as it is filed for the first time once.';
    CREATE FUNCTION tell_of_queue_item() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE titled text;
    BEGIN
        SELECT coalesce(title, host_of(url)) INTO titled FROM audiobooks WHERE id = NEW.audiobook_id;
        IF NEW.status = 'failed' THEN
            PERFORM tell_channels('failed', NEW.audiobook_id, titled, NEW.error, NEW.error_message);
        ELSE
            PERFORM tell_channels('needs_person', NEW.audiobook_id, titled, NEW.wait_reason, NEW.wait_message);
        END IF;
        RETURN NULL;
    END $$;
    COMMENT ON FUNCTION tell_of_queue_item IS 'See tell_channels.';
    CREATE FUNCTION tell_of_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM tell_channels('failed', NULL, coalesce(NEW.title, host_of(NEW.url)), NEW.error, NEW.error_message);
        RETURN NULL;
    END $$;
    COMMENT ON FUNCTION tell_of_follow IS 'See tell_channels.';
    CREATE TRIGGER tell_filed AFTER UPDATE OF filed_at ON audiobooks FOR EACH ROW
        WHEN (OLD.filed_at IS NULL AND NEW.filed_at IS NOT NULL) EXECUTE FUNCTION tell_of_filed_book();
    COMMENT ON TRIGGER tell_filed ON audiobooks IS 'See tell_of_filed_book.';
    CREATE TRIGGER tell_stopped AFTER UPDATE OF status, needs_person ON queue_items FOR EACH ROW
        WHEN ((NEW.status = 'failed' AND OLD.status <> 'failed') OR (NEW.needs_person AND NOT OLD.needs_person))
        EXECUTE FUNCTION tell_of_queue_item();
    COMMENT ON TRIGGER tell_stopped ON queue_items IS 'See tell_of_queue_item.';
    CREATE TRIGGER tell_ended AFTER UPDATE OF status ON follows FOR EACH ROW
        WHEN (NEW.status = 'failed' AND OLD.status <> 'failed') EXECUTE FUNCTION tell_of_follow();
    COMMENT ON TRIGGER tell_ended ON follows IS 'See tell_of_follow.';
"""


def upgrade() -> None:
    op.execute("UPDATE audiobooks SET filed_at = created_at WHERE library_path IS NOT NULL AND filed_at IS NULL")
    op.create_table(
        "channels",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("events", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("language", sa.Text(), nullable=False, server_default="en"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("kind IN ('apprise', 'webhook', 'audiobookshelf', 'jellyfin', 'plex')", name="kind_known"),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("audiobook_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message", JSONB(none_as_null=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name="fk_notices_channel_id_channels", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_channel_id", "notices", ["channel_id", "id"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False, server_default=sa.func.gen_random_uuid()),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True, server_default=sa.func.now()),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_message", JSONB(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name="fk_deliveries_channel_id_channels", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_channel_id", "deliveries", ["channel_id", "id"])
    op.create_index(
        "ix_deliveries_due", "deliveries", ["next_attempt_at"], postgresql_where=sa.text("next_attempt_at IS NOT NULL")
    )
    op.execute(_FUNCTIONS)


def downgrade() -> None:
    op.execute("DROP TRIGGER tell_ended ON follows")
    op.execute("DROP TRIGGER tell_stopped ON queue_items")
    op.execute("DROP TRIGGER tell_filed ON audiobooks")
    for function in ("tell_of_follow", "tell_of_queue_item", "tell_of_filed_book", "tell_channels", "host_of"):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_table("deliveries")
    op.drop_table("notices")
    op.drop_table("channels")
