"""How many downloaders an autoscaler has, by the query that it asks PostgreSQL."""

from __future__ import annotations

from ohdio_core.collection import control
from ohdio_core.work.outcome import Done
from tests.fixtures.engine import Engine
from tests.fixtures.keda import replicas
from tests.fixtures.kubernetes import of_kind, render


class Autoscaler:
    """KEDA with a HorizontalPodAutoscaler, as ``deploy/kubernetes`` has them."""

    def __init__(self, engine: Engine) -> None:
        (scaled,) = of_kind(render("several-nodes"), "ScaledObject").values()
        (trigger,) = scaled["spec"]["triggers"]
        self._engine = engine
        self._query = trigger["metadata"]["query"]
        self._bounds = {"least": scaled["spec"]["minReplicaCount"], "most": scaled["spec"]["maxReplicaCount"]}
        self.threads = int(trigger["metadata"]["targetQueryValue"])
        self.pods = 0
        self.look()

    def metric(self) -> int:
        return int(self._engine.value(self._query))

    def look(self) -> int:
        """Start or end pods until there are as many as it wants now; return how many that are."""
        wanted = replicas(self.metric(), self.threads, self.pods, **self._bounds)
        self._engine.execute("DELETE FROM workers")
        for _ in range(wanted):
            self._engine.worker(threads=self.threads)
        self.pods = wanted
        return wanted


class TestAnAutoscaler:
    def test_keeps_one_downloader_while_nothing_may_start(self, engine: Engine) -> None:
        engine.items(4, is_ready=False)
        later, finished, *_ = engine.items(3)
        engine.execute("UPDATE queue_items SET next_attempt_at = now() + interval '1 h' WHERE id = :id", id=later)
        engine.execute("UPDATE queue_items SET status = 'completed' WHERE id = :id", id=finished)
        engine.order(control.pause_all)
        assert Autoscaler(engine).metric() == 0
        assert Autoscaler(engine).pods == 1

    def test_adds_downloaders_with_the_work_and_is_content_once_they_are_there(self, engine: Engine) -> None:
        engine.order(control.set_limit, 12)
        autoscaler = Autoscaler(engine)
        assert autoscaler.pods == 1
        engine.items(5)
        assert [autoscaler.look() for _ in range(3)] == [2, 2, 2]
        engine.items(100)
        counts = []
        for _ in range(5):  # waiting, then with slots, then running: what it asks for stays the same
            counts.append(autoscaler.look())
            for row in engine.admit()[::2]:
                engine.start(row)
        assert counts == [4, 4, 4, 4, 4]
        assert engine.held() == 12

    def test_has_no_more_than_the_limit_and_its_own_most_ask_for(self, engine: Engine) -> None:
        engine.items(1000)
        autoscaler = Autoscaler(engine)
        assert (autoscaler.metric(), autoscaler.pods) == (3, 1)
        engine.order(control.set_limit, 9)
        assert (autoscaler.metric(), autoscaler.look()) == (9, 3)
        engine.order(control.set_limit, 200)
        assert (autoscaler.metric(), autoscaler.look()) == (200, 8)

    def test_takes_downloaders_away_as_the_last_books_end(self, engine: Engine) -> None:
        engine.order(control.set_limit, 9)
        engine.items(9)
        autoscaler = Autoscaler(engine)
        running = [engine.start(row) for row in engine.admit()]
        assert (len(running), autoscaler.look()) == (9, 3)
        counts = []
        for claimed in running:
            engine.finish(claimed, Done())
            counts.append(autoscaler.look())
        assert counts == [3, 3, 2, 2, 2, 1, 1, 1, 1]

    def test_counts_what_still_runs_of_a_queue_that_is_paused(self, engine: Engine) -> None:
        engine.order(control.set_limit, 9)
        engine.items(20)
        autoscaler = Autoscaler(engine)
        for row in engine.admit():
            engine.start(row)
        engine.order(control.pause_all)
        assert (autoscaler.metric(), autoscaler.look()) == (9, 3)
