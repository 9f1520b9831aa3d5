# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an import came to, in rows: read = accepted + duplicates + rejected, always."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sightline.errors import one_line


@dataclass(slots=True, kw_only=True)
class Summary:
    """Counts of one import; add them up with ``+=``.

    Attributes
    ----------
    read, accepted, duplicates
        Rows of the files; duplicates were in the log before or repeat a key that may occur
        once.
    rejected
        Reason → rows; most of them are in the log and become dead letters.
    events
        Events that entered the log.
    flagged
        Flag → rows that have the property.
    nulled
        "column: pattern" → values read as "not known".
    noted
        What else the files hold → how many, such as relations of an object-centric log.
    warnings
        Sentences.
    already
        Files of which the log held everything.
    """

    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    events: int = 0
    flagged: Counter[str] = field(default_factory=Counter)
    nulled: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: "Summary") -> None:
        """Add the counts of `other`."""
        self.read += other.read
        self.accepted += other.accepted
        self.duplicates += other.duplicates
        self.rejected.update(other.rejected)
        self.events += other.events
        self.flagged.update(other.flagged)
        self.nulled.update(other.nulled)
        self.noted.update(other.noted)
        self.warnings += other.warnings
        self.files += other.files
        self.already += other.already

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON; empty reasons are left out."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "rejected": _told(self.rejected),
            "events": self.events,
            "flagged": _told(self.flagged),
            "nulled": _told(self.nulled),
            "noted": dict(self.noted),
            "warnings": self.warnings,
            "files": self.files,
            "seconds": round(self.seconds, 3),
        }

    def sentences(self) -> list[str]:
        """Return it for people, the result first."""
        rejected = _told(self.rejected)
        result = (
            f"read {self.read} rows: {self.accepted} accepted, {self.duplicates} duplicates, "
            f"{sum(rejected.values())} rejected; {self.events} events added"
        )
        lines = [result]
        lines += [f"  rejected {name}: {count}" for name, count in rejected.items()]
        lines += [f"  flagged {name}: {count}" for name, count in _told(self.flagged).items()]
        lines += [f"  not known, {name}: {count}" for name, count in _told(self.nulled).items()]
        lines += [f"  {name}: {count}" for name, count in self.noted.items()]
        lines += [f"  {each} was imported before: nothing added" for each in self.already]
        return lines + [f"  warning: {one_line(each)}" for each in self.warnings]


def _told(counts: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if count}
