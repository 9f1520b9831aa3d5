# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small files of ours to try the page with."""

from importlib.resources import files

FOLDER = files("sightline.aid.uploads") / "examples"
EXAMPLES: dict[str, str] = {
    "shop-sales.csv": "Sales of a shop in Germany: decimal commas, returns below 0",
    "stock-list.csv": "A stock list with two warehouses",
    "warehouse-movements.csv": "Movements of a warehouse system, with codes and US dates",
    "purchase-orders.csv": "Purchase orders with what was received",
    "claims.csv": "Steps of claims: an event log",
}
"""Name of a file → what it is."""


def content(name: str) -> bytes:
    """Return what the example called `name` holds."""
    assert name in EXAMPLES  # noqa: S101  the page offers no other
    return (FOLDER / name).read_bytes()
