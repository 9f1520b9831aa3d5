# SPDX-License-Identifier: AGPL-3.0-or-later
"""What time is it? The one place that asks the machine; a replay passes its watermark."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Return the machine's time, UTC."""
    return datetime.now(UTC)
