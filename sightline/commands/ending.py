# SPDX-License-Identifier: AGPL-3.0-or-later
"""SIGTERM ends a command the way Ctrl-C does: it tidies up first."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

TERMINATED = 143  # what shells expect of a program that SIGTERM ended


@contextmanager
def tidied_up() -> Iterator[None]:
    """Let SIGTERM leave the block by an exception, so that what is begun is undone."""
    former = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _leave(*_: object) -> NoReturn:
    sys.exit(TERMINATED)
