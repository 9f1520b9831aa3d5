# SPDX-License-Identifier: AGPL-3.0-or-later
"""Branches of a YAML tree, with errors that say where, what, and what would be right."""

import difflib
from collections.abc import Iterable
from typing import Any

from sightline.errors import MappingError


class Tree:
    """Checks branches of the tree that `origin` holds; `at` is always the place in it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def choice(self, value: Any, known: tuple[str, ...], at: str) -> Any:
        """Return `value`, which has to be one of `known`."""
        if value not in known:
            raise self.wrong(at, f"is {value!r}", f"expected one of {', '.join(known)}")
        return value

    def keys(self, tree: Any, known: set[str], at: str) -> dict[str, Any]:
        """Return a branch whose keys are all `known`."""
        for key in self.mapping(tree, at):
            if key not in known:
                raise self.unknown(f"key {key!r}", str(key), known, at)
        return dict(tree)

    def mapping(self, tree: Any, at: str) -> dict[str, Any]:
        """Return a branch that has to be keys with values."""
        if not isinstance(tree, dict):
            raise self.wrong(at, f"is {tree!r}", "expected keys with values")
        return tree

    def list(self, tree: Any, at: str) -> list[Any]:
        """Return a branch that has to be a list."""
        if not isinstance(tree, list):
            raise self.wrong(at, f"is {tree!r}", "expected a list (lines that begin with -)")
        return tree

    def names(self, tree: Any) -> tuple[str, ...]:
        """Return one name or a list of names."""
        return tuple(str(each) for each in (tree if isinstance(tree, list) else [tree]))

    def need(self, tree: dict[str, Any], keys: Iterable[str], at: str) -> None:
        """Refuse a branch that lacks one of `keys`."""
        for key in keys:
            if key not in tree:
                raise self.wrong(at, f"has no {key!r}", f"add `{key}:`")

    def wrong(self, at: str, what: str, advice: str = "see docs/mappings.md") -> MappingError:
        """Return the error for something at the place `at`."""
        return MappingError(f"{self.origin}: {at} {what}; {advice}.")

    def unknown(self, what: str, name: str, known: Iterable[str], at: str) -> MappingError:
        """Return the error for a name that is not `known`, with the nearest one."""
        near = difflib.get_close_matches(name, known, n=1)
        meant = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known))}."
        return MappingError(f"{self.origin}: unknown {what} in {at}; {meant}")
