# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a failed comparison on the stage show both sides."""

import pytest

pytest.register_assert_rewrite("tests.streams.stage")
