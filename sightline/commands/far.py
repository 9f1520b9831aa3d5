# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far a replay is and how long it will take, on stderr, past what holds stderr back."""

import os
import time
from types import TracebackType
from typing import Self

TERMINAL_S, FILE_S = 0.5, 10.0


class Far:
    """Shows how many events were read, in place on a terminal, else a line now and then."""

    def __enter__(self) -> Self:
        self._stream = os.fdopen(os.dup(2), "w")
        self._is_terminal = self._stream.isatty()
        self._began = self._shown = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_terminal:
            self._stream.write("\r\x1b[K")
        self._stream.close()

    def show(self, done: int, total: int) -> None:
        """Show that `done` of `total` events were read, unless something was shown just now."""
        now = time.monotonic()
        if now - self._shown < (TERMINAL_S if self._is_terminal else FILE_S):
            return
        self._shown = now
        rate = done / max(now - self._began, 1e-3)
        left = (total - done) / max(rate, 1.0)
        text = f"{done:,} of {total:,} events, {rate:,.0f} a second, {_span(left)} left"
        self._stream.write(f"\r\x1b[K{text}" if self._is_terminal else f"{text}\n")
        self._stream.flush()


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
