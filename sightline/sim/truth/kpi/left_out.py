# SPDX-License-Identifier: AGPL-3.0-or-later
"""KPIs that ``kpi.json`` does not have, and why."""

from typing import Final

LEFT_OUT: Final = {
    "K04.otif": "the world ends at the dock: nobody records when a customer got the goods",
    "K12": "depends on the forecast that somebody chooses to look forward with",
    "K13": "depends on the forecast that somebody chooses to look forward with",
    "K14": "runs of the world are shorter than the 180 days without demand that make stock old",
    "K16.smape": "follows from the same forecasts as K16 with another norm",
    "K17": "follows from the documents; the world keeps no plan versions by week",
    "K32": "needs a paired run without the transfer",
    "K34": "shipments from promised stock are part of K33",
    "K39": "mixes the world with when the product detects, which the world cannot know",
    "K41": "is about the way of events, which the world knows nothing of",
    "K44": "needs the product's own touch minutes",
    "K45": "depends on the forecast that somebody chooses to look forward with",
    "K46": "needs the product's own touch minutes",
    "K51": "is about predictions of the product",
    "K52": "follows from other KPIs by place",
    "K58": "compares scopes that somebody chooses",
}
