# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write ``docs/master-data.md``: ``python -m sightline.events.masters.document``."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sightline.events.masters import objects
from sightline.events.masters.catalogue import ENTITIES
from sightline.events.masters.entity import Entity

PAGE = Path(__file__).parents[3] / "docs" / "master-data.md"
INTRODUCTION = """\
# Master data

<!-- Written by `python -m sightline.events.masters.document`; change the catalogue, not this
page. -->

What changes slowly, such as items, customers and their terms, comes in as events too: one
[`master.record_changed`](events.md#39-masterrecord_changed) for each new version of a record.

```json
{
  "specversion": "1.0",
  "id": "a100-cs-2",
  "source": "erp://plant",
  "type": "io.sightline.master.record_changed.v1",
  "time": "2026-03-14T09:00:00Z",
  "data": {
    "entity": "item_uom",
    "key": "A100/CS",
    "version": 2,
    "valid_from": "2026-03-15",
    "fields": {"item": "A100", "uom": "CS", "num": 10, "den": 1}
  }
}
```

- A record states all its fields each time: a field that a version leaves out is unknown from
  then on. An empty text counts as left out.
- `valid_from` is a day, which begins at midnight UTC, or a moment with an offset. Without it
  the record holds from the event's `time`. `valid_to` is the first moment at which it no longer
  holds; without it the record holds until the next one begins. What lies before 1970 means
  always; what lies after 2200, such as 9999-12-31, means without end.
- To correct a record, send it again with the same `valid_from` and a higher `version`. Of
  versions that begin together the highest holds; among equals of one source that with the
  highest `sequence`, otherwise the one recorded last. To end a record, send its last version
  again with `valid_to`.
- A record that may still change is sent ahead: what begins next month may be sent today.
- Numbers and truths may be written as text, as files have them. A value that is not what the
  tables below expect makes a dead letter that names `data.fields.NAME`; so does an entity that
  is not listed. Fields that an entity does not know are kept in `attributes`.

## Look up what held at a time

Every version stays in a table; its view `v_TABLE` has one row for each key and `valid_from`,
with `valid_to`: the end that was stated or the beginning of the next one, whichever comes
first; 2201-01-01 where there is no end. The rows of a key never overlap, so what held at a time
`t` is the row with `valid_from <= t AND t < valid_to`:

```sql
SELECT e.id, e.base_qty, if(e.time < c.valid_to, c.unit_cost, NULL) AS unit_cost
FROM events AS e
ASOF LEFT JOIN v_costs AS c
    ON e.tenant = c.tenant AND e.item = c.key AND e.time >= c.valid_from
WHERE e.type = 'io.sightline.inventory.shipment.v1'
```

An `ASOF` join finds the last row that had begun, and `if` leaves out the one that had ended.

## Units

A quantity in a unit other than the item's base unit is converted, by the `item_uom` that
holds at the event's `time`; the event's `data` keeps what was stated, and the flag
`converted` tells. Records may come before or after the events that they are about:
[quantities](quantities.md) tells what happens then.

- The base unit of an item is the `base_uom` of its `item` record. It holds before the first
  record begins, too, and a record without `base_uom` changes nothing. Without any, quantities
  stay in the unit that they state. It is not meant to change: what was stated in the old one,
  or in pieces before any was known, stays as it is.
- A quantity that already states the base unit, as `uom` or by `base_qty` and `base_uom`, stays
  as it is.
- Conversion is exact. A quantity without a conversion becomes a dead letter `no_conversion`,
  one that does not come out in four decimals `not_representable`. Nothing is rounded.
- A record that shall hold for old events says so: `valid_from` 1970-01-01 means always.
- A record that comes late takes in by itself what waits for it, and restates what it changes:
  positions and demand are what all records together say, in whatever order they came.
"""


def page() -> str:
    """Return the whole page."""
    entities = [each for each in ENTITIES.values() if each.fields]
    overview = _overview([*entities, ENTITIES[objects.NAME]])
    parts = [INTRODUCTION, "## The entities\n", overview, *map(_section, entities)]
    return "\n".join([*parts, objects.SECTION])


def write() -> None:
    """Write the page to its place."""
    PAGE.write_text(page(), encoding="utf-8")


def _overview(entities: Sequence[Entity]) -> str:
    rows = [(f"[`{e.name}`](#{e.name})", f"`{e.table}`", e.summary) for e in entities]
    return _table(("Entity", "Table", "What it is"), rows) + "\n"


def _section(entity: Entity) -> str:
    rows = [
        (
            f"`{each.name}`",
            "yes" if each.required else "",
            each.kind.wanted,
            each.unit,
            each.means + (f" (`{each.to}`)" if each.to else ""),
        )
        for each in entity.fields
    ]
    facts = f"- Key: {entity.key}\n- Table: `{entity.table}`, view `v_{entity.table}`\n"
    fields = _table(("Field", "Required", "Expected", "Unit", "Meaning"), rows)
    return f"### `{entity.name}`\n\n{entity.summary}\n\n{facts}\n{fields}\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in lines)


if __name__ == "__main__":
    write()
