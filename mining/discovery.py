# SPDX-License-Identifier: AGPL-3.0-or-later
"""Discover a model: PM4Py's inductive miner on the variant counts that SQL returns.

The work grows with the variants, never with the events. PM4Py is imported when it is needed:
that takes seconds, and it prints its licence to stderr.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from mining import facts
from mining.tree import Operator, Tree
from sightline.store import Store

DEFAULT_NOISE = 0.2

_OPERATORS: Mapping[str, Operator] = {
    "->": "sequence",
    "X": "choice",
    "+": "parallel",
    "*": "loop",
}


def discover(store: Store, process: str, *, noise: float = DEFAULT_NOISE) -> Tree:
    """Return the process tree of `process`.

    Parameters
    ----------
    noise
        Share of the strongest path below which a path is ignored, in [0, 1]; at 0 every
        variant fits the tree.

    Raises
    ------
    MiningError
        The process is unknown.
    """
    known = facts.variants(store, process)
    counted = zip(known["activities"], known["cases"], strict=True)
    return inductive({tuple(order): int(cases) for order, cases in counted}, noise=noise)


def inductive(variants: Mapping[tuple[str, ...], int], *, noise: float) -> Tree:
    """Return the tree that the infrequent inductive miner finds.

    Parameters
    ----------
    variants
        Activities in order → cases, at least one.
    noise
        As for `discover`.

    References
    ----------
    Leemans, Fahland, van der Aalst (2014), Discovering block-structured process models from
    event logs containing infrequent behaviour.
    """
    from pm4py.algo.discovery.inductive.dtypes.im_ds import (  # noqa: PLC0415
        IMDataStructureUVCL,
    )
    from pm4py.algo.discovery.inductive.variants.imf import (  # noqa: PLC0415
        IMFUVCL,
        IMFParameters,
    )
    from pm4py.objects.process_tree.utils.generic import fold, tree_sort  # noqa: PLC0415

    chosen = {IMFParameters.NOISE_THRESHOLD: noise}
    ordered = Counter(dict(sorted(variants.items())))
    tree = fold(IMFUVCL(chosen).apply(IMDataStructureUVCL(ordered), chosen))
    tree_sort(tree)
    return _plain(tree)


def _plain(tree: Any) -> Tree:
    if tree.operator is None:
        return Tree("activity", tree.label) if tree.label is not None else Tree("silent")
    operator = _OPERATORS[tree.operator.value]
    return Tree(operator, children=tuple(_plain(child) for child in tree.children))
