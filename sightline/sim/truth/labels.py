# SPDX-License-Identifier: AGPL-3.0-or-later
"""``labels.jsonl``: what was done to the world on purpose, one label a line."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import stamp


def write(labels: Iterable[Label], path: Path) -> None:
    """Write `labels` in order of making."""
    lines = (msgspec.json.encode(as_row(label)) for label in labels)
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def as_row(label: Label) -> dict[str, Any]:
    """Return a label as it is written; a time that never came is null.

    >>> label = Label(label_id="X3/1", kind="one_time_order", scope={}, start=0, end=0)
    >>> as_row(label)["t_end"], as_row(label)["t_first_detectable"]
    ('1970-01-01T00:00:00.000Z', None)
    """
    return {
        "label_id": label.label_id,
        "kind": label.kind,
        "scope": label.scope,
        "t_start": stamp(label.start),
        "t_first_detectable": stamp(label.first_detectable) if label.first_detectable else None,
        "t_end": stamp(label.end),
        "event_ids": label.event_ids,
        "class": label.of_class,
        "expected": label.expected,
    }
