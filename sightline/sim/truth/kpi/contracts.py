# SPDX-License-Identifier: AGPL-3.0-or-later
"""Contracts: which lines met their clause."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sightline.sim.cast.kinds import Contract
from sightline.sim.engine.moments import Flags, Ints
from sightline.sim.fulfil.rows import LineBatch
from sightline.sim.truth.kpi.lines import completed_on, wanted_by
from sightline.sim.truth.kpi.tally import Tally

NO_CONTRACT = -1


class Contracts:
    """K05 by contract, for its clauses: lines filled by their first promise, same-day lines.

    A same-day line is met when its last unit left on the day of the order (UTC).
    """

    def __init__(self, contracts: Sequence[Contract], customers: int, end_day: int) -> None:
        codes = [each.code for each in contracts]
        self._contracts = contracts
        self._end_day = end_day
        self._of_customer = np.full(customers, NO_CONTRACT, dtype=np.int64)
        self._is_same_day = np.array([each.is_same_day for each in contracts], dtype=np.bool_)
        for index, each in enumerate(contracts):
            self._of_customer[each.customer] = index
        self._fill, self._same_day = (Tally(month=None, contract=codes) for _ in range(2))

    def take(self, batch: LineBatch) -> None:
        """Take in lines, of which every line comes once."""
        contract = self._of_customer[batch.columns["customer"]]
        columns = {name: each[contract >= 0] for name, each in batch.columns.items()}
        contract = contract[contract >= 0]
        promise, day = columns["promise_first"], columns["day"]
        wanted = wanted_by(columns, promise)
        due = (promise < self._end_day) & (wanted > 0)
        self._add(self._fill, columns["by_promise"] >= wanted, due, promise, contract)
        due = self._is_same_day[contract] & (wanted_by(columns, day) > 0)
        self._add(self._same_day, completed_on(columns) == day, due, day, contract)

    def told(self) -> dict[str, Any]:
        """Return the KPI by number, with what was agreed."""
        targets = {each.code: each.fill_target for each in self._contracts}
        return {
            "K05.line_fill": self._fill.told() | {"targets": targets},
            "K05.same_day_ship": self._same_day.told(),
        }

    def _add(self, tally: Tally, met: Flags, due: Flags, day: Ints, contract: Ints) -> None:
        tally.add(met[due].astype(np.int64), 1, month=day[due], contract=contract[due])
