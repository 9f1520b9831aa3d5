# SPDX-License-Identifier: AGPL-3.0-or-later
"""One world for all tests of the truth; living through it takes seconds."""

import pytest

from tests.sim.truth.played import Played, play, tiny


@pytest.fixture(scope="session")
def null(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Give the smallest world in which nothing goes wrong but the noise on the way."""
    return play(tiny(1), tmp_path_factory.mktemp("null"))
