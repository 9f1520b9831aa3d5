# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the tables of a home against what the oracles make of the lines that were sent."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from tests.faults import months
from tests.faults.homes import Row, Tables, is_ours
from tests.oracles import positions
from tests.oracles.accounts import Accounts, Cloud, Step, accounts, conflict, transitions
from tests.oracles.events import Place
from tests.streams.stage import BUCKETS


def wrong(tables: Tables, sent: Sequence[bytes]) -> list[str]:
    """Return what in `tables` is not as the oracles say; nothing when all of it is."""
    told = _in_pieces(accounts(sent, bad=months.BAD))
    claims = {
        "events": _events(tables) == _ids(told),
        "positions": _positions(tables) == _quantities(told),
        "transitions": _transitions(tables) == transitions(told.accepted),
        "dead letters": Counter(map(_letter, _standing(tables))) == told.letters,
        "duplicates": _duplicates(tables) == told.duplicates,
    }
    return [name for name, holds in claims.items() if not holds]


def _in_pieces(told: Accounts) -> Accounts:
    """Return `told` by all that records say in the end: what no factor is known for waits."""
    counted = [(event, months.counted(event)) for event in told.accepted]
    waiting = Counter(conflict(event) for event, pieces in counted if pieces is None)
    accepted = [pieces for _, pieces in counted if pieces is not None]
    return replace(told, accepted=accepted, letters=told.letters + waiting)


def _standing(tables: Tables) -> list[Row]:
    """Return the dead letters whose event no record has made good since."""
    released = {(row["gen"], row["part"], row["letter"]) for row in tables["v_released"]}
    return [
        row for row in tables["dlq"] if (row["gen"], row["part"], row["off"]) not in released
    ]


def _events(tables: Tables) -> list[tuple[str, ...]]:
    return sorted(
        (row["source"], row["id"], row["type"], row["item"], row["reason_code"])
        for row in tables["events"]
        if not is_ours(row)
    )


def _ids(told: Accounts) -> list[tuple[str, ...]]:
    return sorted(
        (
            event["source"],
            event["id"],
            event["type"],
            _item(event),
            event["data"].get("reason_code", ""),
        )
        for event in told.accepted
    )


def _item(event: Cloud) -> str:
    """Return the item of `event`; records have it in their key."""
    return str(event["data"].get("item", event["data"].get("key", "").partition("/")[0]))


def _positions(tables: Tables) -> dict[Place, dict[str, Decimal]]:
    return {
        Place(row["tenant"], row["item"], row["loc"]): {n: Decimal(row[n]) for n in BUCKETS}
        for row in tables["v_positions"]
    }


def _quantities(told: Accounts) -> dict[Place, dict[str, Decimal]]:
    return {
        place: {name: getattr(position, name) for name in BUCKETS}
        for place, position in positions.reduce(told.accepted).items()
    }


def _transitions(tables: Tables) -> list[Step]:
    return sorted(
        Step(
            row["case_id"],
            int(row["seq"]),
            row["event_id"],
            row["activity"],
            row["resource"],
            row["prev_activity"],
            None if row["wait_ms"] == "None" else int(row["wait_ms"]),
        )
        for row in tables["v_transitions"]
        if row["process"] == "payments"
    )


def _letter(row: Row) -> str:
    if row["kind"] == "conflict" or row["reason"].startswith("no_conversion"):
        return conflict(json.loads(row["raw"]))
    return str(row["raw"])


def _duplicates(tables: Tables) -> int:
    return sum(int(row["duplicates"]) for row in tables["v_progress"])
