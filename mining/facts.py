# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known of a process: paths, variants, cases, rework, four eyes; SQL does the work."""

import difflib
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from sightline.errors import MiningError
from sightline.store import Store

TELLING_RESOURCES = 3  # with fewer names than that, "the same person" says nothing


@dataclass(frozen=True, slots=True)
class FourEyes:
    """Did one person do both of two activities in a case?

    Attributes
    ----------
    cases
        Columns ``case_id``, ``resources``: the violations; empty when there is a warning.
    warning
        Why there is no verdict; empty when there is one.
    """

    cases: pa.Table
    warning: str = ""


def processes(store: Store) -> pd.DataFrame:
    """Return the processes that have cases; columns as in ``sql/queries/processes.sql``."""
    return store.read("processes")


def dfg(store: Store, process: str) -> pd.DataFrame:
    """Return the pairs of activities that follow each other, with waits in milliseconds."""
    return _asked(store, "dfg", process)


def starts(store: Store, process: str) -> pd.DataFrame:
    """Return the activities that cases begin with; columns ``activity``, ``n``."""
    return _asked(store, "dfg_starts", process)


def ends(store: Store, process: str) -> pd.DataFrame:
    """Return the activities that cases end with; columns ``activity``, ``n``."""
    return _asked(store, "dfg_ends", process)


def variants(store: Store, process: str) -> pd.DataFrame:
    """Return the orders of activities with their cases and durations in milliseconds."""
    return _asked(store, "variants", process)


def cases(store: Store, process: str) -> pd.DataFrame:
    """Return every case, the longest first."""
    return _asked(store, "cases", process)


def cycle_time(store: Store, process: str) -> pd.DataFrame:
    """Return one row with the median and other sizes of the duration, milliseconds."""
    return _asked(store, "cycle_time", process)


def rework(store: Store, process: str) -> pd.DataFrame:
    """Return the activities that some case has at least twice."""
    return _asked(store, "rework", process)


def slowest_paths(store: Store, process: str) -> pd.DataFrame:
    """Return the pairs of activities between which cases wait longest in total."""
    return _asked(store, "slowest_paths", process)


def four_eyes(store: Store, process: str, first: str, second: str) -> FourEyes:
    """Find the cases in which one person did some `first` and some `second`.

    Every execution counts, not only the last; people who are unknown are never the same.
    PM4Py's ``filter_four_eyes_principle`` looks at the last `second` only, so it finds fewer.

    Raises
    ------
    MiningError
        The process, or one of the activities in it, is unknown.
    """
    known = list(_asked(store, "activities", process)["activity"])
    for activity in (first, second):
        if activity not in known:
            raise MiningError(
                _unknown(f"activity {activity!r} in {process!r}", activity, known)
            )
    named = int(store.read("resources", process=process)["resources"][0])
    found = store.read_arrow("four_eyes", process=process, first=first, second=second)
    if named >= TELLING_RESOURCES:
        return FourEyes(found)
    return FourEyes(
        found.slice(0, 0),
        f"The events of {process!r} name {named} different resources; expected at least "
        f"{TELLING_RESOURCES}. No verdict: look at what the source writes as resource.",
    )


def table(store: Store, question: str, process: str) -> pa.Table:
    """Return the answer of the query called `question` about `process`, for programs.

    Raises
    ------
    MiningError
        The process is unknown.
    """
    answer = store.read_arrow(question, process=process)
    if not answer.num_rows:
        check(store, process)
    return answer


def check(store: Store, process: str) -> None:
    """Accept a `process` that has cases.

    Raises
    ------
    MiningError
        It has none; the message lists those that have.
    """
    known = list(processes(store)["process"])
    if process not in known:
        raise MiningError(_unknown(f"process {process!r}", process, known))


def _asked(store: Store, question: str, process: str) -> pd.DataFrame:
    answer = store.read(question, process=process)
    if answer.empty:
        check(store, process)
    return answer


def _unknown(what: str, name: str, known: list[str]) -> str:
    if not known:
        return (
            f"There is no {what}; nothing is mined yet. Import a log, then `sightline run "
            "--until-idle` and `sightline mine run`."
        )
    near = difflib.get_close_matches(name, known, n=1)
    meant = f"Did you mean {near[0]!r}? " if near else ""
    return f"There is no {what}. {meant}Known: {', '.join(sorted(known))}."
