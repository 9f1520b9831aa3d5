# SPDX-License-Identifier: AGPL-3.0-or-later
"""The engine: log, stream, rules and miner of one home, run once or kept running."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

import mining.runner
from sightline.aid.watch import Watcher, asked_in
from sightline.aid.watch.asked import EVERY_S
from sightline.clock import wall_clock
from sightline.desk import Desk
from sightline.feeds.webhooks import configured
from sightline.log import EventLog, open_any
from sightline.rules.loop import tick
from sightline.settings import Settings
from sightline.store import Store, shared
from sightline.supervisor import Periodic, Steady, Supervisor, Worker
from streams import runner

RULES_EVERY_S, MINING_EVERY_S = 1.0, 5.0
_log = logging.getLogger(__name__)
PATIENCE_S = (
    1.2  # for threads to end; what they had not finished is done again at the next start
)


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything in one home that works on its own.

    Attributes
    ----------
    busy
        Names of workers that did not end in time; the process must end without them.
    """

    settings: Settings
    log: EventLog
    store: Store
    desk: Desk
    busy: list[str] = field(default_factory=list)

    def run_until_idle(self) -> runner.RunSummary:
        """Process the log, mine, judge; again while judging adds events to the log."""
        total = runner.run_until_idle(self.settings, self.store, self.log)
        while self.judge():
            total = total.plus(runner.run_until_idle(self.settings, self.store, self.log))
        self.mine()
        return total

    def judge(self) -> int:
        """Take one turn of the rules; return the events that it put into the log."""
        return tick(self.store, self.desk, self.log, self.settings, wall_clock).appended

    def mine(self) -> None:
        """Mine the cases that got new events."""
        mining.runner.mine_once(self.store)

    def stream(self, stop: Event) -> None:
        """Run the dataflow until `stop` is set."""
        runner.run(self.settings, self.store, self.log, stop=stop, until_idle=False)

    def workers(self) -> list[Worker]:
        """Return what must be kept running."""
        return [
            Steady("stream", self.stream),
            Periodic("rules", self.judge, RULES_EVERY_S),
            Periodic("mining", self.mine, MINING_EVERY_S),
            *self.watches(),
        ]

    def watches(self) -> list[Worker]:
        """Return one worker for each folder that the settings ask to watch."""
        watchers = [
            Watcher(asked, self.settings, self.log, self.desk, say=_log.info)
            for asked in asked_in(self.settings.watch)
        ]
        return [Periodic(f"watch {each.asked.folder}", each.look, EVERY_S) for each in watchers]

    @contextmanager
    def running(self, extra: Sequence[Worker] = ()) -> Iterator[None]:
        """Keep all workers running inside the block."""
        supervisor = Supervisor([*self.workers(), *extra])
        supervisor.start()
        try:
            yield
        finally:
            self.busy.extend(supervisor.stop(patience_s=PATIENCE_S))


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """Open everything in the home of `settings`, tables included, and close it in the end.

    Nothing is closed under workers that are still busy: see `end_process`.
    """
    configured(settings)  # a mistake in these ends it here, not in a thread later on
    for asked in asked_in(settings.watch):
        asked.checked()
    settings.home.mkdir(parents=True, exist_ok=True)
    desk = Desk.open(settings)
    log = open_any(settings)
    store = shared(settings)
    engine = Engine(settings, log, store, desk)
    try:
        store.migrate()
        yield engine
    finally:
        if not engine.busy:
            store.close()
            log.close()
            desk.close()
