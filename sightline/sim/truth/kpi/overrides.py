# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people make of recommendations."""

from collections import defaultdict
from fractions import Fraction
from typing import Any

from sightline.sim.cast.cast import Cast
from sightline.sim.engine.moments import DAY
from sightline.sim.procure.recommendation import Recommendation
from sightline.sim.truth.kpi.tally import Dimensions, ratio

BY_HAND = ("accepted", "modified", "rejected")
OUTCOMES = (*BY_HAND, "expired", "auto")
TIERS = ("auto", "planner", "cross_functional")
VALUE_BANDS = (50_000, 500_000, 1_200_000)  # cents
CONFIDENCE_BANDS = (0.5, 0.7, 0.85)
ENOUGH = 10  # decisions of others below which a stratum is merged upward


class Overrides:
    """K22 to K26 and K56, from recommendations that were resolved."""

    def __init__(self, cast: Cast, dimensions: Dimensions) -> None:
        self._cast = cast
        self._rate = dimensions.tally("month", "region", "place")
        self._planner: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._reason: dict[str, int] = defaultdict(int)
        self._size, self._drift = dimensions.tally("region"), dimensions.tally("region")
        self._outcome = dict.fromkeys(OUTCOMES, 0)
        self._tier = dict.fromkeys(TIERS, 0)
        self._leaks = {"touched": 0, "untouched": 0}
        self._gain = dimensions.tally("region")
        self._mix = CaseMix()

    def take(self, rec: Recommendation) -> None:
        """Take in a recommendation with an outcome; one that is open is left out."""
        if not rec.outcome:
            return
        self._outcome[rec.outcome] += 1
        self._tier[rec.tier] += 1
        if rec.tier == "auto" and rec.is_touched:
            self._leaks["touched"] += 1
        if rec.tier != "auto" and not rec.is_touched:
            self._leaks["untouched"] += 1
        if rec.outcome in BY_HAND:
            self._decided(rec)

    def told(self) -> dict[str, Any]:
        """Return the KPI by number."""
        resolved = sum(self._outcome.values())
        planners = {who: ratio(*sums) for who, sums in sorted(self._planner.items())}
        rate = self._rate.told()
        rate["by"] |= {"planner": planners}
        rate["reasons"] = dict(sorted(self._reason.items()))
        return {
            "K22": rate,
            "K23": self._mix.told(self._cast.regions),
            "K24.absolute": self._size.told(),
            "K24.signed": self._drift.told(),
            "K25": {name: ratio(count, resolved) for name, count in self._outcome.items()},
            "K26.pieces_nearer_to_right": self._gain.told(),
            "K56.tiers": {name: ratio(count, resolved) for name, count in self._tier.items()},
            "K56.leaks": {name: ratio(count, resolved) for name, count in self._leaks.items()},
        }

    def _decided(self, rec: Recommendation) -> None:
        overridden, region = int(rec.is_overridden), rec.region
        day = rec.decided_at // DAY
        self._rate.one(overridden, 1, month=day, region=region, place=rec.place)
        self._planner[rec.planner][0] += overridden
        self._planner[rec.planner][1] += 1
        self._mix.take(region, self._stratum(rec), overridden)
        final = rec.final_units if rec.outcome != "rejected" else 0
        self._size.one(abs(final - rec.units), rec.units, region=region)
        self._drift.one(final - rec.units, rec.units, region=region)
        if overridden:
            self._reason[rec.reason] += 1
            nearer = abs(rec.units - rec.right_units) - abs(final - rec.right_units)
            self._gain.one(nearer, rec.right_units, region=region)

    def _stratum(self, rec: Recommendation) -> tuple[Any, ...]:
        """Return family, class, demand, value and confidence of the case, widest first."""
        item = self._cast.items[rec.item]
        return (
            item.category,
            item.abc,
            item.demand,
            _band(rec.value, VALUE_BANDS),
            _band(rec.confidence, CONFIDENCE_BANDS),
        )


class CaseMix:
    """K23: overrides of a region against what the other regions do in the same cases.

    A stratum with fewer than `ENOUGH` decisions of others is widened by leaving out its last
    trait, again and again.
    """

    def __init__(self) -> None:
        self._sums: dict[tuple[Any, ...], dict[int, list[int]]] = {}

    def take(self, region: int, stratum: tuple[Any, ...], overridden: int) -> None:
        """Add a decision."""
        for length in range(len(stratum) + 1):
            by_region = self._sums.setdefault((length, *stratum[:length]), {})
            sums = by_region.setdefault(region, [0, 0])
            sums[0] += overridden
            sums[1] += 1

    def told(self, regions: tuple[str, ...]) -> dict[str, Any]:
        """Return observed, expected and their ratio by region; expected is exact inside."""
        told = {}
        for region, name in enumerate(regions):
            observed = self._sums.get((0,), {}).get(region, [0, 0])[0]
            expected = self._expected(region)
            told[name] = {
                "observed": observed,
                "expected": float(expected),
                "value": float(observed / expected) if expected else None,
            }
        return {"by": {"region": told}}

    def _expected(self, region: int) -> Fraction:
        longest = max((key[0] for key in self._sums), default=0)
        total = Fraction(0)
        for key, by_region in sorted(self._sums.items(), key=repr):
            if key[0] == longest and region in by_region:
                total += by_region[region][1] * self._rate_elsewhere(region, key[1:])
        return total

    def _rate_elsewhere(self, region: int, stratum: tuple[Any, ...]) -> Fraction:
        for length in range(len(stratum), -1, -1):
            by_region = self._sums[length, *stratum[:length]]
            others = [sums for where, sums in by_region.items() if where != region]
            decided = sum(sums[1] for sums in others)
            if decided >= ENOUGH:
                return Fraction(sum(sums[0] for sums in others), decided)
        return Fraction(0)


def _band(value: float, limits: tuple[float, ...]) -> int:
    return sum(value >= limit for limit in limits)
