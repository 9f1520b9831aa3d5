# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small worlds full of trouble: two items, three locations, few lines, many collisions.

Every event is drawn from a handful of values, so that equal times, equal versions, repeated
lines, over-receipts and double reversals happen in most examples instead of in none.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.strategies.clouds import Cloud, cloud

ITEMS = ("A100", "B200")
LOCS = ("DC1", "DC2", "DC3")
MONTH = 30 * 24 * 60
WRONG_ITEM, NEVER_SENT = 37, 38
LAST_SHORT = 7

# Several events a minute, on both sides of an hour, the day before, and far too late.
MINUTES = st.sampled_from(
    [
        *(0, 0, 5, 5, 20, 59.999, 60, 60, 61, 70.001, 90, 120, 185, 185, 300),
        *(24 * 60, -24 * 60, -MONTH),
    ]
)
RECORDED_AFTER = st.sampled_from([0, 0, 0, 1, 90])
SEQUENCES = st.sampled_from(["", "1", "2", "10", "0" * 70 + "1", "0" * 70 + "2"])
MAGNITUDES = st.sampled_from(["1", "2", "3", "5", "8", "10", "2.5", "0.0001", "12"])
SIGNED = st.sampled_from(["-10", "-5", "-3", "-1", "-0.5", "1", "2", "3", "5", "10"])
SIGNED_OR_ZERO = SIGNED | st.just("0")
ALLOCATIONS = st.sampled_from(["-5", "-2", "0", "1", "2", "3", "5", "10"])
ORDERED = st.sampled_from(["12", "10", "20", "8", "5", "12.5", "30"])
ABSOLUTE = MAGNITUDES | st.just("0")
VERSIONS = st.sampled_from([1, 1, 2, 2, 3, None])


@dataclass(frozen=True)
class Draft:
    """An event before it has an id and a source.

    Attributes
    ----------
    target
        For a reversal: which event of the world it undoes, counted round and round.
    """

    kind: str
    data: dict[str, Any]
    target: int | None = None


class Paper(NamedTuple):
    """What the envelope of an event says."""

    minute: float
    recorded_after: float
    sequence: str
    foreign: bool
    letter: int


def _drafts(kind: str, /, **fields: Any) -> st.SearchStrategy[Draft]:
    parts = {
        name: value if isinstance(value, st.SearchStrategy) else st.just(value)
        for name, value in fields.items()
    }
    return st.fixed_dictionaries(parts).map(lambda data: Draft(kind, _stated(_placed(data))))


def _placed(data: dict[str, Any]) -> dict[str, Any]:
    """Spread tuples over fields: a line brings its item, and its ends when it is a transfer."""
    return {k: v for name, value in data.items() for k, v in _spread(name, value).items()}


def _spread(name: str, value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, tuple) else {name: value}


def _stated(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


def _line(field: str, *lines: tuple[str, str]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.sampled_from([((field, line), ("item", item)) for line, item in lines])


PLACE = st.tuples(st.sampled_from(ITEMS), st.sampled_from(LOCS[:2])).map(
    lambda pair: (("item", pair[0]), ("loc", pair[1]))
)
LOC = st.sampled_from([LOCS[0], *LOCS])
HOME = st.sampled_from([LOCS[0], LOCS[0], LOCS[0], LOCS[1]])
ORDER_LINE = _line("order_line", *[("OL1", "A100")] * 3, ("OL2", "A100"), ("OL3", "B200"))
PO_LINE = _line("po_line", *[("PL1", "A100")] * 3, ("PL2", "B200"))
NOTICE = st.sampled_from(["N1", "N2", "N3"])
TRANSFER = st.sampled_from(
    [
        (("transfer_line", line), ("item", item), ("from_loc", source), ("to_loc", target))
        for line, item, source, target in [
            ("T1", "A100", "DC1", "DC2"),
            ("T1", "A100", "DC1", "DC2"),
            ("T2", "A100", "DC2", "DC3"),
            ("T3", "B200", "DC3", "DC1"),
        ]
    ]
)
DISPOSITION = st.sampled_from(["resalable", "inspect", "damaged", "scrap"])
BUCKET = st.sampled_from([None, "available", "quality", "blocked"])
RANK = st.integers(1, 3)
DUE = st.sampled_from([None, "2026-03-02", "2026-03-09"])

REVERSAL = st.integers(0, 40).map(lambda target: Draft("inventory.reversed", {}, target))

COUNTED = _drafts("inventory.counted", place=PLACE, q=ABSOLUTE)
STATED = _drafts(
    "inventory.counted", place=PLACE, q=ABSOLUTE, authoritative=st.just(value=False)
)
STOCK = st.one_of(
    COUNTED,
    COUNTED,
    STATED,
    _drafts("inventory.adjusted", place=PLACE, q=SIGNED),
    _drafts("inventory.issue", place=PLACE, q=MAGNITUDES, purpose="sample"),
    _drafts("inventory.receipt", place=PLACE, q=MAGNITUDES, bucket=BUCKET),
    _drafts("inventory.hold_changed", place=PLACE, q=SIGNED_OR_ZERO, hold="quality"),
    _drafts(
        "inventory.returned", line=ORDER_LINE, loc=LOC, q=MAGNITUDES, disposition=DISPOSITION
    ),
    REVERSAL,
)
PLACED = _drafts(
    "demand.line_placed",
    line=ORDER_LINE,
    loc=HOME,
    q=ORDERED,
    version=VERSIONS,
    requested_date=DUE,
)
SHIPPED = _drafts("inventory.shipment", line=ORDER_LINE, loc=LOC, q=MAGNITUDES)
ALLOCATED = _drafts(
    "allocation.changed",
    line=ORDER_LINE,
    loc=LOC,
    q=ALLOCATIONS,
    kind="hard",
    policy_rank=RANK,
)
ORDERS = st.one_of(
    PLACED,
    PLACED,
    _drafts(
        "demand.line_changed",
        line=ORDER_LINE,
        loc=HOME,
        q=ORDERED | ABSOLUTE,
        version=VERSIONS,
        requested_date=DUE,
    ),
    _drafts("demand.line_cancelled", line=ORDER_LINE, loc=HOME, q=MAGNITUDES, version=VERSIONS),
    SHIPPED,
    ALLOCATED,
    ALLOCATED,
    ALLOCATED,
    REVERSAL,
)
RECEIVED = _drafts(
    "inventory.receipt",
    line=PO_LINE,
    loc=HOME,
    q=MAGNITUDES,
    bucket=BUCKET,
    asn_line=st.none() | NOTICE,
    final=st.sampled_from([None, False, True]),
)
NOTICED = _drafts("supply.asn", line=PO_LINE, loc=HOME, asn_line=NOTICE, q=MAGNITUDES)
PURCHASES = st.one_of(
    _drafts("supply.po_released", line=PO_LINE, loc=HOME, q=ORDERED, version=VERSIONS),
    _drafts("supply.po_released", line=PO_LINE, loc=HOME, q=ORDERED, version=VERSIONS),
    _drafts("supply.po_created", line=PO_LINE, loc=HOME, q=MAGNITUDES, version=VERSIONS),
    _drafts(
        "supply.po_changed",
        line=PO_LINE,
        loc=HOME,
        q=ORDERED | ABSOLUTE,
        version=VERSIONS,
        closed_short=st.sampled_from([None, False, True]),
    ),
    NOTICED,
    NOTICED,
    RECEIVED,
    RECEIVED,
    REVERSAL,
)
TRANSFERS = st.one_of(
    _drafts("transfer.requested", line=TRANSFER, q=ORDERED | ABSOLUTE, version=VERSIONS),
    _drafts("transfer.shipped", line=TRANSFER, q=MAGNITUDES),
    _drafts("transfer.shipped", line=TRANSFER, q=MAGNITUDES),
    _drafts("transfer.received", line=TRANSFER, q=MAGNITUDES),
    _drafts("transfer.received", line=TRANSFER, q=ABSOLUTE, short_q=MAGNITUDES),
    REVERSAL,
)
ANYTHING = STOCK | ORDERS | PURCHASES | TRANSFERS


def worlds(
    drafts: st.SearchStrategy[Draft] = ANYTHING,
    *,
    least: int = 0,
    most: int = 14,
    minutes: st.SearchStrategy[float] = MINUTES,
) -> st.SearchStrategy[list[Cloud]]:
    """Draw the events of a small world, each once, in no special order."""
    paper = st.builds(
        Paper, minutes, RECORDED_AFTER, SEQUENCES, st.booleans(), st.integers(0, 9)
    )
    return st.lists(st.tuples(drafts, paper), min_size=least, max_size=most).map(_published)


def any_worlds(*, most: int = 16) -> st.SearchStrategy[list[Cloud]]:
    """Draw worlds about one matter, or about everything at once; small ones are rare."""
    matters = (ANYTHING, STOCK, ORDERS, PURCHASES, TRANSFERS)
    busy = [worlds(drafts, least=most // 2, most=most) for drafts in matters]
    return st.one_of(worlds(most=most), *busy)


def deliveries(clouds: list[Cloud]) -> st.SearchStrategy[list[Cloud]]:
    """Draw an order of delivery in which some events come twice or more."""
    if not clouds:
        return st.just([])
    again = st.lists(st.sampled_from(clouds), max_size=4)
    return again.flatmap(lambda extra: st.permutations(clouds + extra))


def _published(rows: list[tuple[Draft, Paper]]) -> list[Cloud]:
    """Give every draft an id whose order is unrelated to its place in the list."""
    clouds: list[Cloud] = []
    for number, (draft, paper) in enumerate(rows):
        is_reversal = draft.target is not None
        clouds.append(
            cloud(
                draft.kind,
                id=_id(number, paper),
                minute=paper.minute,
                recorded_after=paper.recorded_after,
                sequence=paper.sequence,
                source=_source(draft, paper),
                **(_undoing(rows, draft.target or 0) if is_reversal else draft.data),
            )
        )
    return clouds


def _id(number: int, paper: Paper) -> str:
    """Make some ids long and alike, as those of a source that joins its keys."""
    middle = "-of-document-" * 6 if paper.letter > LAST_SHORT else "-"
    return f"{paper.letter}{middle}{number}"


def _source(draft: Draft, paper: Paper) -> str:
    """Let stock be moved by the warehouse sometimes; documents come from one source."""
    is_movement = draft.kind.startswith("inventory.")
    return "wms://b" if paper.foreign and is_movement else "erp://a"


def _undoing(rows: list[tuple[Draft, Paper]], target: int) -> dict[str, Any]:
    """Undo one event of the world, or one that nobody ever sends."""
    index = target % len(rows)
    draft, paper = rows[index]
    item = draft.data.get("item", ITEMS[0])
    return {
        "item": ITEMS[item == ITEMS[0]] if target == WRONG_ITEM else item,
        "loc": draft.data.get("loc") or draft.data.get("from_loc") or LOCS[0],
        "reverses": _id(index, paper) if target < NEVER_SENT else "never-sent",
        "reverses_source": _source(draft, paper),
    }
