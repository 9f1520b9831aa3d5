# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queue of exceptions: what needs a person, opened once per cause."""

from typing import TYPE_CHECKING

from sightline.sim.engine.draws import key_of
from sightline.sim.engine.moments import time_of
from sightline.sim.office.episode import (
    ANSWER_WITHIN,
    REOPEN_WITHIN,
    SEVERITIES,
    Episode,
    Severity,
)
from sightline.sim.office.handling import Handling
from sightline.sim.office.late_orders import LateOrders
from sightline.sim.office.watch import Watch

if TYPE_CHECKING:
    from sightline.sim.cast.kinds import Person
    from sightline.sim.engine.world import World
    from sightline.sim.fulfil.rows import OpenLines


class Exceptions:
    """Opens exceptions, has them dealt with and hands them over when they are history.

    Needs `world.approvals`, whose desks it shares.
    """

    def __init__(self, world: "World") -> None:
        self._world = world
        self._desks = world.approvals.desks
        self._kept: dict[str, Handling] = {}  # by dedup key, until none can come back
        self._watches: list[Watch | LateOrders] = [Watch(world)]

    def follow(self, rows: "OpenLines") -> None:
        """Report orders among `rows` that are late, too."""
        self._watches.append(LateOrders(self._world, rows))

    def open(  # noqa: PLR0913  what an exception is about
        self,
        at: int,
        kind: str,
        severity: Severity,
        dedup_key: str,
        *,
        region: int,
        item: int = -1,
        place: int = -1,
        object: str = "",  # noqa: A002  the name of the event's field
        money: int = 0,
        labels: tuple[str, ...] = (),
    ) -> str:
        """Report something at `at`; return the id of its exception, old or new.

        `item`, `place` and `region` are indices, `object` is type/id, `money` in cents.
        """
        kept = self._kept.get(dedup_key)
        if kept is not None and not self._is_history(kept.episode, at):
            self._once_more(kept, at, severity, money)
            return kept.episode.id
        if kept is not None:
            self._hand_over(kept)
        owner = self._owner(dedup_key, region)
        episode = Episode(
            id=f"EXC-{time_of(at):%y%m%d%H%M}-{key_of(dedup_key, at) % 16**8:08x}",
            kind=kind,
            severity=severity,
            dedup_key=dedup_key,
            region=region,
            item=item,
            place=place,
            object=object or self._object(item),
            money=money,
            labels=labels,
            opened=at,
            due=self._desks.shifts.after_work(owner, at, ANSWER_WITHIN[severity]),
            owner=owner.id,
        )
        handling = self._kept[dedup_key] = Handling(self._world, self._desks, episode)
        handling.begin()
        return episode.id

    def settle(self, at: int, dedup_key: str, outcome: str) -> None:
        """Tell that the cause is gone; nothing happens when no exception is open."""
        kept = self._kept.get(dedup_key)
        if kept is not None and kept.episode.is_open:
            self._world.agenda.at(
                at, f"settle/{kept.episode.id}", lambda now: kept.settle(now, outcome)
            )

    def tick(self, at: int) -> None:
        """Look at stock and orders; hand over what can no longer come back."""
        for kept in [
            each for each in self._kept.values() if self._is_history(each.episode, at)
        ]:
            self._hand_over(kept)
        for watch in self._watches:
            watch.tick(at)

    def within(self, at: int) -> None:
        """Let the agenda carry what is under way."""

    def remaining(self) -> list[Episode]:
        """Return the exceptions not handed over yet, open ones and recent ones, by id."""
        kept = [each.episode for each in self._kept.values()]
        return sorted(kept, key=lambda episode: episode.id)

    def _once_more(self, kept: Handling, at: int, severity: Severity, money: int) -> None:
        episode = kept.episode
        if not episode.is_open:
            kept.again(max(at, episode.resolved))
            return
        episode.repeats += 1
        if SEVERITIES.index(severity) > SEVERITIES.index(episode.severity):
            episode.severity, episode.money = severity, max(money, episode.money)
            kept.worse(at)

    def _is_history(self, episode: Episode, at: int) -> bool:
        return 0 < episode.resolved <= at - REOPEN_WITHIN

    def _hand_over(self, kept: Handling) -> None:
        del self._kept[kept.episode.dedup_key]
        self._world.ended(kept.episode)

    def _owner(self, dedup_key: str, region: int) -> "Person":
        agents = self._world.cast.people_of("exception_agent", region)
        return self._world.draws.dice("exception/owner", dedup_key).choice(agents)

    def _object(self, item: int) -> str:
        return f"item/{self._world.cast.items[item].code}" if item >= 0 else ""
