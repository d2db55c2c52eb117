"""What the engine's statements are put together from: pieces that several share, and what a stage brings along."""

from __future__ import annotations

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.sql import Statement
from ohdio_core.work.stages import STAGES, Stage
from ohdio_core.work.transitions import ALL, NO_SENTENCES

_SQL = NamedSql(__name__)
_SHARED = {
    **{name: _SQL.text(name) for name in ("is_due", "by_urgency", "is_admitted", "closed_sites", "mark_served")},
    **{transition.name.replace(" ", "_"): transition.assignments for transition in ALL},
    "no_sentences": NO_SENTENCES,
}


def _of(stage: Stage) -> dict[str, str]:
    own = {
        "table": stage.table,
        "about": stage.about,
        "about_id": stage.about_id,
        "at_rest": stage.at_rest,
        "headway": stage.headway,
        "capacity": stage.slots.query,
        "stop_of_all": stage.slots.stop_of_all,
        "runs_any_time": stage.runs_any_time,
        "upcoming": stage.upcoming,
        "may_be_batched": stage.batches.unclaimed(),
        "is_batched": stage.batches.claimed(),
        "is_overlong": stage.overlong,
        "is_tombstone": stage.is_tombstone,
        "received": stage.received,
        "speed_limit": stage.speed_limit,
        "record": _SQL.text("record", stage=stage.name),
    }
    claim = _SQL.text("claim", **{name: own[name] for name in _SQL.fragments_of("claim")})
    return {**_SHARED, **own, "claim": claim}


_FRAGMENTS = {stage.name: _of(stage) for stage in STAGES.values()}


def for_stage(statements: NamedSql, name: str, stage: Stage, **others: str) -> Statement:
    """Return a statement for one stage, made once, where the module is imported.

    Args:
        others: Fragments that neither the stage brings along nor several statements share.

    Raises:
        InvalidStatement: It takes others than these.
    """
    known = _FRAGMENTS[stage.name]
    taken = {each: known[each] for each in statements.fragments_of(name) if each in known}
    return statements.statement(name, **taken, **others)


def for_each_stage(statements: NamedSql, name: str, **others: str) -> dict[str, Statement]:
    """Return the same for each stage, by its name."""
    return {stage.name: for_stage(statements, name, stage, **others) for stage in STAGES.values()}
