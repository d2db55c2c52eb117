"""The stages of work, as the engine sees them: a table, a message, a number of slots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ohdio_core.db.topics import Topic, register
from ohdio_core.messages import CheckFollow, DownloadAudiobook, ExtractMetadata, Message, ScrapeCategory
from ohdio_core.work.capacity import PEOPLES_LIMIT, SlotRule, window
from ohdio_core.work.transitions import FAILED

NEVER = "false"  #: SQL, for what a stage has none of


@dataclass(frozen=True, slots=True)
class Batches:
    """Which rows of a stage one thread may work on together: those whose work waits for nobody."""

    which: str  #: SQL: whether ``row`` is one
    most: int  #: rows at a time

    def unclaimed(self) -> str:
        """Return the SQL condition that ``row``, which nobody has claimed, may be worked on in a batch.

        Only at its first attempt: a row that may kill its worker is done alone.
        """
        return f"({self.which} AND row.attempts = 0)"

    def claimed(self) -> str:
        """Return the same for a row that has just been claimed."""
        return f"({self.which} AND row.attempts = 1)"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, and all by which it differs from the others.

    The engine's SQL is generic over ``table``; the names are ours, never a user's.
    """

    name: str  #: also the queue's name
    noun: str  #: what people call one row's work
    service: str  #: who does the work; the name in the ``workers`` table
    table: str
    topic: Topic  #: what changes are announced as
    message: Callable[[int], Message]
    about: str  #: SQL: the table whose ``title`` and ``url`` say what a row's work is about
    about_id: str  #: the column of the row that is the ``id`` there
    slots: SlotRule
    progress_columns: tuple[tuple[str, str], ...] = ()  #: further columns that a beat writes: (name, SQL type)
    comes_round: bool = False  #: by the clock, for ever: no error that is raised ends it
    headway: str = "1"  #: SQL: so much progress in one run shows that trying again soon is worth it
    received: str = "0"  #: SQL: the bytes that a run has received of which only ``row`` tells, as its worker died
    at_rest: str = ""  #: SQL assignments for a row that nobody works on any more
    runs_any_time: str = NEVER  #: SQL: whether ``row`` starts outside of the hours of its stage, too
    speed_limit: str = "NULL::bigint"  #: SQL: how many bytes a second a run of ``row`` may receive; null for any number
    batches: Batches = Batches(which=NEVER, most=1)
    overlong: str = NEVER  #: SQL: whether ``row`` outlives its time and may have no end (``Run.is_overlong``)
    #: SQL: (politeness_key, urgency, first) of the first row of a site that is about to become due: those with
    #: higher ids wait for it, so that rows start in their order though several threads make them due.
    upcoming: str = "SELECT NULL::text AS politeness_key, NULL::bigint AS urgency, NULL::bigint AS first WHERE false"
    is_tombstone: str = NEVER  #: SQL: whether a row is to go as soon as nothing runs of it
    fail_dependents: str = ""  #: SQL: fails the rows of other stages that need those of the rows ``ids`` that failed
    delete_tombstones: str = ""  #: SQL: deletes those of the rows ``ids`` that are tombstones
    waiting: str = ""  #: SQL: the items of the queue whose wait is that for the rows ``ids``
    dependants: tuple[str, ...] = ()  #: stages that have rows which waited for one of this stage to end
    tidy: str = ""  #: SQL that every sweep runs


#: Books themselves, whose descriptions are work and whose other changes are not.
BOOKS = register("audiobook")

SCRAPING = Stage(
    name="scraping",
    noun="scan",
    service="scraper",
    table="scrapes",
    topic=register("scrape"),
    message=lambda row_id: ScrapeCategory(scrape_id=row_id),
    about="scrapes",
    about_id="id",
    slots=window(4),
)
METADATA = Stage(
    name="metadata",
    noun="description",
    service="metadata",
    table="extractions",
    topic=BOOKS,
    message=lambda row_id: ExtractMetadata(audiobook_id=row_id),
    about="audiobooks",
    about_id="id",
    slots=window(4),
    batches=Batches(which="row.is_complete_from_listing", most=16),
    # A book whose description failed cannot be downloaded.
    fail_dependents=f"""
        UPDATE queue_items SET {FAILED.assignments}, error = extractions.error,
            error_message = extractions.error_message, wait_reason = NULL, wait_message = NULL
        FROM extractions
        WHERE extractions.id = ANY(:ids) AND extractions.status = 'failed'
          AND queue_items.audiobook_id = extractions.id
          AND queue_items.status = 'queued' AND NOT queue_items.is_ready
    """,
    waiting="SELECT id FROM queue_items WHERE audiobook_id = ANY(:ids) AND NOT is_ready",
    dependants=("downloads",),  # later books of a listing wait for the earlier (``upcoming``)
)
DOWNLOADS = Stage(
    name="downloads",
    noun="download",
    service="downloader",
    table="queue_items",
    topic=register("queue_item"),
    message=lambda row_id: DownloadAudiobook(queue_item_id=row_id),
    about="audiobooks",
    about_id="audiobook_id",
    slots=PEOPLES_LIMIT,
    progress_columns=(
        ("stage", "text"),
        ("bytes_total", "bigint"),
        ("parts_done", "integer"),
        ("parts_total", "integer"),
        ("bytes_per_second", "double precision"),
        ("is_overlong", "boolean"),
        ("limited_by", "text"),
    ),
    # A trickle advances too, for ever: so the first bytes count, and then 1 MiB, or 1 % of what is smaller
    # (100 KiB of what is not known: a run that is cut within a second never told its size).
    headway="""
        CASE row.best_progress WHEN 0 THEN 1
             ELSE least(1048576, greatest(1, coalesce(row.bytes_total, 10485760) / 100)) END
    """,
    received="greatest(0, row.progress - row.best_progress)",
    at_rest="stage = 'waiting', bytes_per_second = NULL, limited_by = NULL,",
    runs_any_time="row.hours_waived_at IS NOT NULL",
    speed_limit="row.speed_limit_kb * 1000::bigint",
    overlong="row.is_overlong",
    # Whose description is being read: for a few seconds only, as a site may take its time, and never for a retry.
    # An array, because the planner cannot know how few there are, and would read the whole queue for a join.
    upcoming="""
        SELECT politeness_key, urgency(priority, rank) AS urgency, min(id) AS first FROM queue_items
        WHERE audiobook_id = ANY(ARRAY(
            SELECT id FROM extractions
            WHERE status = 'processing' AND attempts <= 1 AND admitted_at > clock_timestamp() - interval '5 s'
        )) AND status = 'queued' AND NOT is_ready
        GROUP BY 1, 2
    """,
    is_tombstone="deleted_at IS NOT NULL",
    delete_tombstones="DELETE FROM queue_items WHERE id = ANY(:ids) AND deleted_at IS NOT NULL AND lease_token IS NULL",
    # Sums up the changes of the queue's length once there are too many to be summed up in no time. Nobody else
    # deletes them, so none is lost or counted twice.
    tidy="""
        WITH folded AS (
            DELETE FROM queue_counts WHERE (SELECT count(*) FROM queue_counts) > 100 RETURNING status, items
        )
        INSERT INTO queue_counts (status, items)
        SELECT status, sum(items) FROM folded GROUP BY status HAVING sum(items) <> 0
    """,
)
FOLLOWING = Stage(
    name="following",
    noun="check",
    service="follower",
    table="follows",
    topic=register("follow"),
    message=lambda row_id: CheckFollow(follow_id=row_id),
    about="follows",
    about_id="id",
    slots=window(4),
    comes_round=True,
)
STAGES: dict[str, Stage] = {stage.name: stage for stage in (SCRAPING, METADATA, DOWNLOADS, FOLLOWING)}
