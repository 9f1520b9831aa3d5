# SPDX-License-Identifier: AGPL-3.0-or-later
"""A process tree: how activities combine into a process, without PM4Py's own classes."""

from dataclasses import dataclass
from typing import Literal

Operator = Literal["activity", "silent", "sequence", "choice", "parallel", "loop"]


@dataclass(frozen=True, slots=True)
class Tree:
    """One block of a process.

    Attributes
    ----------
    operator
        ``activity`` and ``silent`` (nothing happens) are leaves. A ``loop`` does its first
        child, then any number of times one of the others and the first again.
    label
        Name of the activity; empty otherwise.
    """

    operator: Operator
    label: str = ""
    children: tuple["Tree", ...] = ()

    def __str__(self) -> str:
        """Write the tree on one line.

        >>> str(Tree("choice", children=(Tree("activity", "pay"), Tree("silent"))))
        "choice('pay', silent)"
        """
        if self.operator == "activity":
            return repr(self.label)
        if self.operator == "silent":
            return "silent"
        return f"{self.operator}({', '.join(str(child) for child in self.children)})"

    def as_dict(self) -> dict[str, object]:
        """Return the tree as plain values for JSON."""
        named: dict[str, object] = {"operator": self.operator}
        if self.label:
            named["label"] = self.label
        if self.children:
            named["children"] = [child.as_dict() for child in self.children]
        return named
