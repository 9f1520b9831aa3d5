# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytewax prints a report for every error that stops a flow; ours say it in one line."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sightline.errors import SightlineError


@contextmanager
def reports_withheld() -> Iterator[None]:
    """Hold back what is written to stderr inside; drop it when the end is no mystery.

    For processes in which nobody else writes meanwhile; what a pipe cannot hold is cut.
    """
    sys.stderr.flush()
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    real = os.dup(2)
    os.dup2(writing, 2)
    os.close(writing)
    explained = False
    try:
        yield
    except (SightlineError, KeyboardInterrupt):
        explained = True
        raise
    finally:
        os.dup2(real, 2)
        os.close(real)
        if not explained:
            _pass_on(reading)
        os.close(reading)


def _pass_on(descriptor: int) -> None:
    try:
        sys.stderr.write(os.read(descriptor, 1 << 20).decode(errors="replace"))
    except BlockingIOError:
        return  # nothing was said
