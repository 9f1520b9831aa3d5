# SPDX-License-Identifier: AGPL-3.0-or-later
"""Master records on their way into cells: judged, and filed under the item they are about."""

from collections.abc import Sequence
from typing import Any

from sightline.events.cells import Cells
from sightline.events.masters import check_record
from sightline.events.routing import item_of_record
from sightline.events.values import Faults, Rows


def put_records(cells: Cells, at: Rows, datas: Sequence[Any], faults: Faults) -> None:
    """Put the items that records are about; note what is wrong with the records."""
    for row, data in zip(at.tolist(), datas, strict=True):
        if fault := check_record(data):
            faults.setdefault(row, fault)
    items = [item_of_record(data.entity, data.key, data.fields) or None for data in datas]
    cells.put("item", at, items)
