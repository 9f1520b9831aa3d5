# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write ``docs/events.md`` from the catalogue: ``python -m sightline.events.document``."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from sightline.events.blocks import Actor, Data, Doc, Money, Obj, Quantity
from sightline.events.catalogue import TYPES
from sightline.events.describe import Field, fields_of, own_fields, quantity_rule
from sightline.events.envelope import Envelope
from sightline.events.event_type import EventType
from sightline.events.examples import example

PAGE = Path(__file__).parents[2] / "docs" / "events.md"
BLOCKS: dict[str, type[Struct]] = {
    "q": Quantity,
    "price": Money,
    "objects": Obj,
    "actor": Actor,
    "doc": Doc,
}
BESIDES = (
    Field(
        "type", "one of the 42 types below, in full", "", required=True, meaning="what happened"
    ),
    Field("data", "an object", "", required=True, meaning="see below"),
)
INTRODUCTION = """\
# Events

<!-- Written by `python -m sightline.events.document`; change the catalogue, not this page. -->

Everything that Sightline knows it learns from events: CloudEvents 1.0 in structured JSON, one
object a line. `sightline events show TYPE` prints any section of this page.

- Quantities are magnitudes; direction comes from the type. A type that takes signed
  quantities, or 0, says so below.
- `base_qty` equals `qty` x `conv_num` / `conv_den` exactly and has at most four decimals; it is
  never rounded. Money is, to four decimals, and its event then carries the flag `rounded`.
- A quantity that states no conversion is in its own unit; where [master data](master-data.md)
  knows how many base units that is, it is converted, and a price per unit with it: 24.00 a case
  of 12 become 2.00 a piece.
- A quantity in another unit than the base unit of its item is converted by
  [master data](master-data.md#units) that came before it, or becomes a dead letter.
- Times are RFC 3339 with an offset. Finer than a millisecond is cut off.
- A field that the catalogue does not know moves to `data.ext`. An unknown type, a missing field
  and an impossible value make a dead letter that names the field and what was expected.
- Required is what a position or a life-cycle cannot do without; everything else may be absent.

OH on hand · RS reserved · HD on hold · OO on order · IT in transit · OUT outstanding demand ·
BO backordered.
"""


def page() -> str:
    """Return the whole page."""
    parts = [
        INTRODUCTION,
        "## The envelope\n",
        f"{_field_table([*BESIDES, *fields_of(Envelope)])}\n",
        "## What every event's data may say\n",
        f"{_field_table(fields_of(Data))}\n",
        *(_block(name, struct) for name, struct in BLOCKS.items()),
        "## The types\n",
        _overview(),
        *(_section(kind) for kind in TYPES.values()),
    ]
    return "\n".join(parts)


def write() -> None:
    """Write the page to its place."""
    PAGE.write_text(page(), encoding="utf-8")


def _block(name: str, struct: type[Struct]) -> str:
    return f"### Block `{name}`\n\n{_field_table(fields_of(struct))}\n"


def _overview() -> str:
    rows = [
        (str(k.number), f"[`{k.name}`](#{_anchor(k)})", k.summary, k.effect or "none")
        for k in TYPES.values()
    ]
    return _table(("#", "Type", "What happened", "Effect on the position"), rows) + "\n"


def _section(kind: EventType) -> str:
    has_quantity = "q" in kind.struct.__struct_fields__
    facts = [
        f"- Type: `{kind.full}`",
        f"- Objects: {', '.join(f'`{name}`' for name in kind.objects)}",
        f"- Effect: {kind.effect or 'none'}",
        *([f"- Quantity: {quantity_rule(kind)}"] if has_quantity else []),
        f"- Maps from: {kind.maps_from}",
    ]
    text = json.dumps(example(kind), indent=2)
    return (
        f"### {kind.number}. `{kind.name}`\n\n{kind.summary}\n\n" + "\n".join(facts) + "\n\n"
        f"{_field_table(own_fields(kind))}\n\n```json\n{text}\n```\n"
    )


def _anchor(kind: EventType) -> str:
    return f"{kind.number}-{kind.name.replace('.', '')}"


def _field_table(fields: Sequence[Field]) -> str:
    rows = [
        (f"`{f.name}`", "yes" if f.required else "", f.type, f.unit, f.meaning) for f in fields
    ]
    return _table(("Field", "Required", "Type", "Unit", "Meaning"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in lines)


if __name__ == "__main__":
    write()
