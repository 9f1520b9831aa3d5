# SPDX-License-Identifier: AGPL-3.0-or-later
"""Look at the tables, compare with the desk, write what changed: the edge of the rules."""

from sightline.desk import Desk
from sightline.rules import (
    demand_edge,
    drift_edge,
    due_shortage,
    out_of_range,
    position_drift,
    shortage_edge,
)
from sightline.rules.judgement import Occasion, Outcome
from sightline.store import Store

OWNER = "look"
EDGES = (
    (("positions", "open_lines", "day"), shortage_edge.judge),
    (("demand", "anomalies"), demand_edge.judge),
    (("reconciliations", "tolerance"), drift_edge.judge),
)


def evaluate(store: Store, desk: Desk, occasion: Occasion) -> Outcome:
    """Judge by every rule what changed since the last look.

    The same tables give the same exceptions under the same ids, however often and whenever
    this runs. A rule whose tables did not change is not run again.
    """
    look = _look(store, occasion)  # before the tables: a row in between is seen the next time
    seen = desk.recall(OWNER)
    outcome = Outcome()
    for tables, judge in EDGES:
        if any(seen.get(name) != look[name] for name in tables):
            marks = {OWNER: {name: look[name] for name in tables}}
            outcome += judge(store, desk, occasion, marks)
    return outcome


def _look(store: Store, occasion: Occasion) -> dict[str, str]:
    rules = (due_shortage, out_of_range, position_drift)
    versions = ".".join(rule.VERSION for rule in rules)
    rows = store.read_arrow("rule_marks").to_pylist()
    marks = {row["name"]: f"{row['mark']}/{versions}" for row in rows}
    others = {"day": occasion.today.isoformat(), "tolerance": str(occasion.tolerance)}
    return marks | others
