# SPDX-License-Identifier: AGPL-3.0-or-later
"""A nursery for the runs of one module."""

from collections.abc import Iterator

import pytest

from tests.faults.homes import Nursery, opened_nursery


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Give a nursery."""
    with opened_nursery() as opened:
        yield opened
