# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far a simulation is, on stderr: in place, or a line now and then in a file."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sightline.sim.profile import Run
    from sightline.sim.transport.delivered import Delivered

TERMINAL_S, FILE_S = 0.2, 10.0
HOURS = 24


class Meter:
    """Counts what passes through it, hour by hour.

    Attributes
    ----------
    lines
        Lines that passed.
    """

    def __init__(self, run: "Run") -> None:
        self.lines = 0
        self._hours, self._days = 0, run.profile.days
        self._is_terminal = sys.stderr.isatty()
        self._began = self._shown = time.monotonic()
        self._worked = time.process_time()
        self._every = TERMINAL_S if self._is_terminal else FILE_S

    def cost(self) -> dict[str, float]:
        """Return the time and the processor time since it was made, seconds."""
        worked = time.process_time() - self._worked
        return {
            "seconds": round(time.monotonic() - self._began, 3),
            "cpu_seconds": round(worked, 3),
        }

    def hours(self, arriving: Iterable["Delivered"]) -> Iterator["Delivered"]:
        """Pass on `arriving`, one piece an hour after the master data."""
        for arrived in arriving:
            self._hours += 1
            self.show()
            yield arrived

    def counted(self, arriving: Iterable["Delivered"]) -> Iterator["Delivered"]:
        """Pass on `arriving`, counting lines."""
        for arrived in arriving:
            self.lines += len(arrived)
            yield arrived

    def show(self) -> None:
        """Show how far it is, unless it did just now."""
        if time.monotonic() - self._shown < self._every:
            return
        self._shown = time.monotonic()
        day = min(max(1, -(-(self._hours - 1) // HOURS)), self._days)
        rate = self.lines / max(self._shown - self._began, 1e-3)
        text = f"day {day} of {self._days}: {self.lines:,} events, {rate:,.0f} a second"
        click.echo(f"\r\x1b[K{text}" if self._is_terminal else text, err=True,
                   nl=not self._is_terminal)  # fmt: skip

    def end(self) -> None:
        """Leave the line."""
        if self._is_terminal:
            click.echo("\r\x1b[K", err=True, nl=False)
