# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one store of this process: stream, rules, miner and screens share it."""

import threading

from sightline.errors import StoreError
from sightline.settings import Settings
from sightline.store.door import Store

_opening = threading.Lock()
_opened: dict[str, Store] = {}


def shared(settings: Settings) -> Store:
    """Return the store of this process, opened by whoever asks first.

    Raises
    ------
    StoreError
        The store cannot be opened, or this process already has another one open: the
        embedded engine serves one folder for each process.
    """
    with _opening:
        store = _opened.get(settings.store)
        if store is None or store.is_closed:
            _refuse_second(settings.store)
            store = _opened[settings.store] = Store.open(settings)
        return store


def _refuse_second(wanted: str) -> None:
    others = [url for url, store in _opened.items() if url != wanted and not store.is_closed]
    if others:
        raise StoreError(
            "This process already has another store open; expected one for each process. "
            "Close it, or use a process for each SIGHTLINE_STORE."
        )
