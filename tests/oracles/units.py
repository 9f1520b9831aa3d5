# SPDX-License-Identifier: AGPL-3.0-or-later
"""Units the slow way: one event after the other, in fractions.

What an event counts for is asked again whenever somebody wants to know, of all the records in
the drawer. Only what said its base unit itself when it came is never asked again.
"""

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
    waiting: list[Cloud] = field(default_factory=list)
    released: list[Cloud] = field(default_factory=list)
    settled: list[tuple[Cloud, Outcome]] = field(default_factory=list)
    asked_again: list[Cloud] = field(default_factory=list)
    letters: int = 0
    duplicates: int = 0

    def read(self, event: Cloud) -> Outcome:
        """Say what becomes of an event."""
        outcome = self._read(event)
        self.duplicates += outcome[0] == "duplicate"
        self.letters += outcome[0] not in {"accepted", "duplicate"}
        return outcome

    def holds(self) -> list[tuple[Cloud, Outcome]]:
        """Return each accepted quantity with what it counts for by all that is known now."""
        return [*self.settled, *((each, self._judge(each)) for each in self.asked_again)]

    def _read(self, event: Cloud) -> Outcome:
        name, said = _name(event), _said(event)
        if name in self.seen:
            return ("duplicate" if self.seen[name] == said else "conflict", None, None, "")
        outcome = self._judge(event)
        if outcome[0] != "accepted":
            if any((_name(each), _said(each)) == (name, said) for each in self.waiting):
                return ("duplicate", None, None, "")
            self.waiting.append(event)
            return outcome
        self.seen[name] = said
        if "entity" in event["data"]:
            self.drawer.append(event)
            self._release()
        elif self._is_plain(event):
            self.settled.append((event, outcome))
        else:
            self.asked_again.append(event)
        return outcome

    def _release(self) -> None:
        """Take in what waits and is good by now, in the order in which it came."""
        ready = [each for each in self.waiting if self._judge(each)[0] == "accepted"]
        for each in ready:
            self.waiting.remove(each)
            if _name(each) not in self.seen:
                self.seen[_name(each)] = _said(each)
                self.released.append(each)
                self.asked_again.append(each)
                self.letters -= 1

    def _is_plain(self, event: Cloud) -> bool:
        """Tell whether an event states its base unit, or pieces while nobody knows it."""
        base = self._base(event["data"]["item"], event["time"]) or "EA"
        blocks = (event["data"][name] for name in ("q", "short_q") if name in event["data"])
        return all(block["uom"] == base for block in blocks)

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


def _name(event: Cloud) -> tuple[str, str]:
    return event["source"], event["id"]


def _said(event: Cloud) -> str:
    return repr((event["type"], event["time"], event["data"]))


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
