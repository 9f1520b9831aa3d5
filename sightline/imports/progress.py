# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an import reports while it runs; the caller decides what to show."""

from typing import Protocol


class Progress(Protocol):
    """Told as the import goes on."""

    def reading(self, name: str) -> None:
        """Rows of the file called `name` come next."""
        ...

    def rows(self, count: int) -> None:
        """`count` more rows were read."""
        ...

    def adding(self, events: int) -> None:
        """All is read; `events` go into the log now."""
        ...

    def added(self, events: int) -> None:
        """`events` more are durable."""
        ...


class Silence:
    """Shows nothing."""

    def reading(self, name: str) -> None:
        """Show nothing."""

    def rows(self, count: int) -> None:
        """Show nothing."""

    def adding(self, events: int) -> None:
        """Show nothing."""

    def added(self, events: int) -> None:
        """Show nothing."""
