"""Runs, from the message to the end that is written (``work``: ``claim``, ``beat``, ``finish``, ``relay``)."""

from __future__ import annotations

from collections.abc import Iterator

from ohdio_core.work.outcome import Done, PutBack
from ohdio_core.work.relay import passes_slot_on
from ohdio_core.work.stages import DOWNLOADS
from ohdio_core.work.transitions import CLAIMED, PASSED_ON
from tests.model.admission import choose_due
from tests.model.moves import OUTCOMES, ending, move, new_run, write_ending
from tests.model.protocol import Protocol, Step, name_row, name_worker
from tests.model.state import Phase, Run, State


def deliveries(protocol: Protocol, state: State) -> Iterator[Step]:
    """Return what can become of the messages that are under way. One that comes to nothing changes nothing."""
    for place, is_under_way in enumerate(state.mail):
        if is_under_way:
            yield Step(f"The messages for {name_row(place)} are lost.", state.with_mail(place, is_under_way=False))
            if protocol.may_claim(state.rows[place]):
                yield from _claims(protocol, state, place)


def _claims(protocol: Protocol, state: State, named: int) -> Iterator[Step]:
    # The named row, or a more urgent admitted one; then the named one's message is sent again.
    admitted = [place for place, row in enumerate(state.rows) if place == named or protocol.may_claim(row)]
    best = max(admitted, key=lambda place: (protocol.priorities[place], place == named))
    claimed = move(state, best, CLAIMED)
    what = f"gets a message for {name_row(named)} and claims {name_row(best)}"
    yield Step(f"A worker {what}, but hears no answer.", claimed)
    for worker, runs in enumerate(state.workers):
        if len(runs) < protocol.threads:
            after = _begin(claimed, worker, new_run(claimed, best))
            yield Step(f"{name_worker(worker)} {what}.", after, turn=5)


def _begin(state: State, worker: int, run: Run) -> State:
    """Return the state with a further run of a worker. An earlier one of the same row there has lost its lease."""
    earlier = [
        old._replace(phase=Phase.STOPPED) if old.row == run.row and old.phase is Phase.WORKS else old
        for old in state.workers[worker]
    ]
    return state.with_runs(worker, (*earlier, run))


def runs(protocol: Protocol, state: State) -> Iterator[Step]:
    """Return what the runs of all workers can do next, and their workers' deaths."""
    for worker, run in state.runs():
        name = f"{name_worker(worker)}'s run of {name_row(run.row)}"
        yield from _beats(state, worker, run, name)
        if run.phase is Phase.WORKS:
            yield from _works(state, worker, run, name)
        else:
            yield from _writes(protocol, state, worker, run, name)
    for worker, its_runs in enumerate(state.workers):
        if its_runs:
            yield Step(f"{name_worker(worker)} dies.", state.with_runs(worker, ()))


def _beats(state: State, worker: int, run: Run, name: str) -> Iterator[Step]:
    if [other for other in state.workers[worker] if other.row == run.row][-1] is not run:
        return  # a later run of the row here is heard in its place
    row = state.rows[run.row]
    renewed = state
    if row is not None and run.holds:
        renewed = state.with_row(run.row, row._replace(has_lease_ended=False, has_moved=run.has_moved))
        if renewed != state:
            yield Step(f"{name} is heard, but hears no answer.", renewed)
    if run.phase is Phase.WORKS and (row is None or not run.holds or row.asked is not None or state.is_paused):
        stopped = run._replace(phase=Phase.STOPPED)
        yield Step(f"{name} hears that it is to stop, and does.", renewed.with_run(worker, run, stopped))


def _works(state: State, worker: int, run: Run, name: str) -> Iterator[Step]:
    def then(after: Run) -> State:
        return state.with_run(worker, run, after)

    if not run.has_moved:
        yield Step(f"{name} comes further.", then(run._replace(has_moved=True)))
    yield Step(f"{name} comes to an end.", then(run._replace(phase=Phase.ENDED)), turn=4)
    stopped = then(run._replace(phase=Phase.STOPPED))
    yield Step(f"{name} stops: the database is out of reach, or its process is to end.", stopped)


def _writes(protocol: Protocol, state: State, worker: int, run: Run, name: str) -> Iterator[Step]:
    if not protocol.may_finish(state, run):
        yield _find_lost(state, worker, run, name)
        return
    asked = state.row(run.row).asked
    unheard = run._replace(holds=False)
    for end, outcome in OUTCOMES[run.phase].items():
        fate = ending(run, end, asked)
        said = f"{name} is written as {end}: {fate.transition.name}"
        without = write_ending(state.with_run(worker, run), run.row, fate)
        kept = write_ending(state.with_run(worker, run, unheard), run.row, fate)
        yield Step(f"{said}.", without, turn=3 if isinstance(outcome, Done | PutBack) else None)
        yield Step(f"{said}, but it hears no answer.", kept)
        if passes_slot_on(DOWNLOADS, outcome):
            for place in choose_due(protocol, without, min(1, protocol.capacity(state).slots - without.held())):
                said = f"{said}, and its slot is passed on to {name_row(place)}"
                after = move(without, place, PASSED_ON)
                successor = new_run(after, place)
                yield Step(f"{said}.", _begin(after, worker, successor))
                after = move(kept, place, PASSED_ON).with_run(worker, unheard, unheard._replace(successor=successor))
                yield Step(f"{said}, but it hears no answer.", after)


def _find_lost(state: State, worker: int, run: Run, name: str) -> Step:
    """Find at the end of a run that its lease is lost, or was given up by a commit whose answer was."""
    without = state.with_run(worker, run)
    successor = run.successor
    if successor is not None and successor.holds and not state.row(successor.row).has_lease_ended:
        after = _begin(without, worker, successor)
        return Step(f"{name} finds its end written, and goes on with {name_row(successor.row)}.", after, turn=3)
    return Step(f"{name} finds that it does not have the lease.", without, turn=3)
