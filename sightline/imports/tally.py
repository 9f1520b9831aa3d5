# SPDX-License-Identifier: AGPL-3.0-or-later
"""What drafting one file comes to, in rows of the file."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

EXAMPLES = 3


@dataclass(slots=True)
class Tally:
    """Counts of one file.

    Attributes
    ----------
    unlogged
        Rows that leave nothing in the log: copies of a unique row, lifecycles not wanted,
        rows that the mapping skips.
    skipped
        Reason → rows that the mapping skips.
    codes
        Column → the codes in it, where the mapping asks for a warning.
    """

    read: int = 0
    duplicates: int = 0
    unlogged: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    nulled: Counter[str] = field(default_factory=Counter)
    codes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def skip(self, reason: str, rows: int) -> None:
        """Count rows that leave nothing in the log, by the mapping's word."""
        self.skipped[reason] += rows
        self.unlogged += rows

    def flag(self, name: str, mask: npt.NDArray[np.bool_]) -> None:
        """Count rows that have the property called `name`."""
        self.flagged[name] += int(mask.sum())

    def warnings(self) -> list[str]:
        """Return what people should know: codes that differ by upper and lower case only."""
        found = []
        for column, codes in self.codes.items():
            groups: dict[str, list[str]] = defaultdict(list)
            for code in sorted(codes):
                groups[code.casefold()].append(code)
            twins = [group for group in groups.values() if len(group) > 1]
            if twins:
                shown = ", ".join("/".join(group) for group in twins[:EXAMPLES])
                found.append(
                    f"{len(twins)} codes in {column} differ by case only, such as {shown}; "
                    "they stay different items"
                )
        return found
