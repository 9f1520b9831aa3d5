# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run ``sightline`` in small steps, so that there is much to interrupt.

Usage: ``small_steps.py EVENTS_AT_A_TIME EPOCH_MS WORD…``
"""

import sys
from datetime import timedelta

from sightline.cli import main
from streams import runner
from streams.io import log_source

if __name__ == "__main__":
    events, epoch_ms, *words = sys.argv[1:]
    log_source.EVENTS_AT_A_TIME = int(events)
    runner.CATCH_UP_EPOCH = timedelta(milliseconds=int(epoch_ms))
    main(words, prog_name="sightline")
