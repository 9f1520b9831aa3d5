# SPDX-License-Identifier: AGPL-3.0-or-later
"""The store: the one door to ClickHouse, embedded (chDB) or remote."""

from sightline.store.door import Store
from sightline.store.one import shared

__all__ = ["Store", "shared"]
