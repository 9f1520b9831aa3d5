# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one batch changes in the tables of positions."""

from typing import NamedTuple

import pyarrow as pa

from streams.logic.restating import Moved


class Changes(NamedTuple):
    """What a batch changed, as rows of the tables of the same names; `moved` is what it was."""

    positions: pa.Table
    hours: pa.Table
    open_lines: pa.Table
    reconciliations: pa.Table
    open_supply: pa.Table
    moved: Moved
