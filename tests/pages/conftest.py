# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open a page of the app on the store of this test process."""

import importlib.util
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import data
from sightline import jobs
from sightline.store import Store

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
NAMES = ("health", "stock", "process", "suppliers", "import", "quality", "letters", "system")
PAGES = {name: f"app_pages/{name}.py" for name in NAMES}
Open = Callable[..., AppTest]


def _world() -> ModuleType:
    spec = importlib.util.spec_from_file_location("world", Path(__file__).with_name("world.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def home(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Point the app at the empty store of this process and at a log in an empty folder."""
    del store
    monkeypatch.setenv("SIGHTLINE_STORE", "chdb://memory")
    monkeypatch.setenv("SIGHTLINE_HOME", str(tmp_path))
    _forget()
    yield tmp_path
    data.log().close()
    _forget()


@pytest.fixture
def full(home: Path, store: Store) -> Store:
    """Give the store with the small distributor in it."""
    del home
    _world().fill(store, datetime.now(UTC))
    return store


@pytest.fixture
def open_page(home: Path) -> Open:
    """Return what opens a page: its name, then what the URL asks for."""
    del home

    def open_it(name: str, **query: str) -> AppTest:
        page = AppTest.from_file(str(APP), default_timeout=60)
        page.switch_page(PAGES[name])
        for key, value in query.items():
            page.query_params[key] = value
        return page.run()

    return open_it


def _forget() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
    jobs.forget()
