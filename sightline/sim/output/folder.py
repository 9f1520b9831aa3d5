# SPDX-License-Identifier: AGPL-3.0-or-later
"""A run as a folder: events, master data, what is true, and a manifest with hashes."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sightline.sim.fresh_folder import fresh_folder
from sightline.sim.output import manifest
from sightline.sim.output.event_files import event_file
from sightline.sim.output.manifest import Tally
from sightline.sim.output.master_files import MasterFiles
from sightline.sim.play import Playing
from sightline.sim.profile import Run
from sightline.sim.transport.delivered import Delivered
from sightline.sim.truth.books import Books

TRUTH, MASTER = "truth", "master"

Through = Callable[[Iterable[Delivered]], Iterable[Delivered]]


def write(
    run: Run,
    folder: Path,
    *,
    form: str = "ndjson",
    is_forced: bool = False,
    through: Through = iter,
) -> dict[str, Any]:
    """Write everything about `run` into a new folder, and return the manifest.

    Parameters
    ----------
    form
        Of the events: ``ndjson`` or ``parquet``.
    is_forced
        Replace what a simulation wrote there before.
    through
        What the lines go through on their way to the file: a meter, a pace. When it ends
        early, so does the run.

    Raises
    ------
    SettingsError
        Something is there already, or nothing can be written; then nothing is left behind.
    """
    with fresh_folder(folder, is_forced=is_forced) as made:
        playing = Playing(run)
        truth = playing.watch(Books)
        tally = Tally()
        path = made / f"events.{form}"
        with (
            event_file(path, form, playing.sources) as events,
            MasterFiles(made / MASTER) as records,
        ):
            for arrived in through(playing):
                events.write(arrived)
                records.write(arrived)
                tally.take(arrived)
        truth.close()
        truth.write(made / TRUTH)
        return manifest.write(made, run, tally, playing.counts.as_dict())
