# SPDX-License-Identifier: AGPL-3.0-or-later
"""Units the slow way: one event after the other, in fractions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.strategies.clouds import Cloud

Outcome = tuple[str, Any, Any, str]
"""What became of an event, its quantity, its short quantity, their unit."""


@dataclass
class Clerk:
    """Reads events in the order of the log and keeps the records in a drawer."""

    seen: dict[tuple[str, str], str] = field(default_factory=dict)
    drawer: list[Cloud] = field(default_factory=list)

    def read(self, event: Cloud) -> Outcome:
        """Say what becomes of an event."""
        name, said = (
            (event["source"], event["id"]),
            repr((event["type"], event["time"], event["data"])),
        )
        if name in self.seen:
            return ("duplicate" if self.seen[name] == said else "conflict", None, None, "")
        outcome = self._judge(event)
        if outcome[0] == "accepted":
            self.seen[name] = said
            if "entity" in event["data"]:
                self.drawer.append(event)
        return outcome

    def _judge(self, event: Cloud) -> Outcome:
        data = event["data"]
        if "entity" in data:
            return ("accepted", None, None, "")
        stated = {name: data[name] for name in ("q", "short_q") if name in data}
        base = self._base(data["item"], event["time"])
        found = {}
        for name, block in stated.items():
            if base is None or block["uom"] == base:
                found[name] = Fraction(block["qty"])
                continue
            factor = self._factor(data["item"], block["uom"], event["time"])
            if factor is None:
                return ("no_conversion", None, None, "")
            found[name] = Fraction(block["qty"]) * factor
            if (found[name] * 10_000).denominator != 1:
                return ("not_representable", None, None, "")
        unit = base or data["q"]["uom"]
        return ("accepted", found["q"], found.get("short_q"), unit)

    def _base(self, item: str, time: str) -> str | None:
        records = [
            each
            for each in self.drawer
            if each["data"]["entity"] == "item"
            and each["data"]["key"] == item
            and each["data"]["fields"].get("base_uom")
        ]
        if not records:
            return None
        best = _latest(records, time) or _latest(records, min(_start(each) for each in records))
        assert best
        return str(best["data"]["fields"]["base_uom"])

    def _factor(self, item: str, uom: str, time: str) -> Fraction | None:
        records = [each for each in self.drawer if each["data"]["key"] == f"{item}/{uom}"]
        best = _latest(records, time)
        if best is None or time >= best["data"].get("valid_to", "9999"):
            return None
        return Fraction(best["data"]["fields"]["num"], best["data"]["fields"]["den"])


def _latest(records: Sequence[Cloud], time: str) -> Cloud | None:
    """Return the record that holds: latest beginning; then by source, then by recording."""
    begun = [each for each in records if _start(each) <= time]
    if not begun:
        return None
    start = max(map(_start, begun))
    rivals = [each for each in begun if _start(each) == start]
    champions = [
        max((each for each in rivals if each["source"] == source), key=_of_source)
        for source in {each["source"] for each in rivals}
    ]
    return max(champions, key=_of_all)


def _start(record: Cloud) -> str:
    return str(record["data"].get("valid_from", record["time"]))


def _of_source(record: Cloud) -> tuple[Any, ...]:
    return (
        record["data"].get("version", 1),
        record.get("sequence", ""),
        record["recordedtime"],
        record["id"],
    )


def _of_all(record: Cloud) -> tuple[Any, ...]:
    version = record["data"].get("version", 1)
    return version, record["recordedtime"], record["id"], record["source"]
