# SPDX-License-Identifier: AGPL-3.0-or-later
"""What makes a mapping another one: a hash of all that can change its events."""

import hashlib
from typing import Any

import msgspec

HASHED = "sightline-import-1"
"""Counts up when the same mapping begins to give other events."""


def sha256_of(tree: dict[str, Any]) -> str:
    """Return the hash of a mapping's YAML, options included; names and comments do not count.

    >>> sha256_of({"name": "a", "zone": "UTC"}) == sha256_of({"name": "b", "zone": "UTC"})
    True
    """
    told = {key: value for key, value in tree.items() if key not in {"about", "name"}}
    text = msgspec.json.encode([HASHED, _keyed(told)], order="deterministic", enc_hook=str)
    return hashlib.sha256(text).hexdigest()


def _keyed(tree: Any) -> Any:
    """Return `tree` with texts for keys: YAML reads ``yes`` and ``1`` as something else."""
    if isinstance(tree, dict):
        return {str(key): _keyed(value) for key, value in tree.items()}
    return [_keyed(each) for each in tree] if isinstance(tree, list) else tree
