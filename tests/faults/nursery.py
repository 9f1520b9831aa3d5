# SPDX-License-Identifier: AGPL-3.0-or-later
"""A process that has imported everything and starts ``sightline`` by forking itself.

A hundred kills would else spend most of their time importing. One line of JSON on stdin starts
a run, or writes down the tables of a home; stdout gives the process id, then how it ended.
"""

import json
import os
import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from sightline.cli import main
from sightline.settings import Settings
from sightline.store import Store
from streams import runner
from streams.io import log_source
from tests.faults.dump import dump
from tests.faults.faulty_sinks import SINKS

EARLY = ("sightline.engine", "sightline.commands.run")


def serve() -> None:
    """Start what is asked for, one run at a time, until stdin ends."""
    for name in EARLY:
        import_module(name)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(asked: dict[str, Any]) -> NoReturn:
    """Become ``sightline run --until-idle``, in steps and with a sink as `asked`."""
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 0)
    os.dup2(quiet, 1)
    if "tables" in asked:
        with Store.open(Settings(home=Path(asked["home"]))) as store:
            Path(asked["tables"]).write_text(json.dumps(dump(store)))
        sys.exit()
    os.environ["SIGHTLINE_HOME"] = asked["home"]
    log_source.EVENTS_AT_A_TIME = asked["at_a_time"]
    runner.CATCH_UP_EPOCH = timedelta(milliseconds=asked["epoch_ms"])
    runner.FencedSink = SINKS[asked["sink"]]
    main(["run", "--until-idle"], prog_name="sightline")
    sys.exit()


if __name__ == "__main__":
    serve()
