# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the workbench records: facts about one exception."""

from typing import Any

from sightline.sim.cast.cast import Cast
from sightline.sim.engine.facts import Fact, money
from sightline.sim.engine.moments import stamp
from sightline.sim.office.episode import Episode, Touch

SOURCE = "workbench://exceptions"


class Workbench:
    """Facts about `episode` as it stands."""

    def __init__(self, cast: Cast, episode: Episode) -> None:
        self._cast = cast
        self._episode = episode
        self._told = 0

    def opened(self, at: int) -> Fact:
        """Tell that it begins."""
        episode = self._episode
        data = self._stakes() | {
            "dedup_key": episode.dedup_key,
            "opened": stamp(episode.opened),
            "sla_due": stamp(episode.due),
            "rule": episode.kind,
            "state": "open",
        }
        return self._fact(at, "opened", "opened", data)

    def changed(self, at: int, action: str, **data: Any) -> Fact:
        """Tell that `action` happened."""
        self._told += 1
        return self._fact(at, "changed", f"{action}/{self._told}", {"action": action} | data)

    def assigned(self, at: int) -> Fact:
        """Tell whose it is."""
        return self.changed(at, "assigned", owner=self._episode.owner)

    def acted(self, at: int, action: str, person: str, **data: Any) -> Fact:
        """Tell that `person` did `action`; "" when nobody did."""
        actor = {"actor": self._actor(person)} if person else {}
        return self.changed(at, action, **actor, **data)

    def touched(self, touch: Touch) -> Fact:
        """Tell of work."""
        minutes = round(touch.minutes, 2)
        return self.acted(touch.until, "touched", touch.person, minutes=minutes)

    def updated(self, at: int) -> Fact:
        """Tell that it got worse."""
        return self.changed(at, "updated", **self._stakes())

    def resolved(self, at: int, person: str) -> Fact:
        """Tell how it ended; `person` is "" when it went away by itself."""
        episode = self._episode
        data: dict[str, Any] = {
            "resolution_code": episode.resolution,
            "outcome": episode.outcome,
            "state": "resolved",
        }
        if person:
            data["actor"] = self._actor(person)
        return self._fact(at, "resolved", f"resolved/{episode.spells}", data)

    def _stakes(self) -> dict[str, Any]:
        episode = self._episode
        data: dict[str, Any] = {"kind": episode.kind, "severity": episode.severity}
        if episode.object:
            data["object"] = episode.object
        return data | ({"money": money(episode.money)} if episode.money else {})

    def _actor(self, person: str) -> dict[str, str]:
        return {"id": person, "role": self._cast.person(person).role}

    def _fact(self, at: int, kind: str, name: str, data: dict[str, Any]) -> Fact:
        episode = self._episode
        named = self._named()
        of_type, _, about = episode.object.partition("/")
        main = {of_type: about} if about else {}
        return Fact(
            at=at,
            kind=f"exception.{kind}",
            source=SOURCE,
            name=f"{name}/{episode.id}",
            data={"exc_id": episode.id, "region": self._cast.regions[episode.region]}
            | named
            | data,
            about=main | named | {"exception": episode.id},
            key=named.get("item", episode.id),
            flow=episode.id,
            labels=episode.labels,
        )

    def _named(self) -> dict[str, str]:
        episode, named = self._episode, {}
        if episode.item >= 0:
            named["item"] = self._cast.items[episode.item].code
        if episode.place >= 0:
            named["loc"] = self._cast.places[episode.place].code
        return named
