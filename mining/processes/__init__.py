# SPDX-License-Identifier: AGPL-3.0-or-later
"""Processes that the events tell by themselves: the life of every object of one type.

One YAML file each, named like the process: the object type, then event type → activity;
``{mode}`` means that the event itself says what happened (its action or outcome).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

import yaml

from sightline.errors import MiningError
from sightline.events import catalogue

BY_MODE = "{mode}"


@dataclass(frozen=True, slots=True)
class ObjectProcess:
    """The life of the objects of one type; a case is one object.

    Attributes
    ----------
    name
        What the process is called.
    otype
        Type of the objects, as in `e2o`.
    activities
        Full event type → activity; empty where the event's mode names it.
    """

    name: str
    otype: str
    activities: Mapping[str, str]

    @classmethod
    def parse(cls, name: str, text: str) -> Self:
        """Read the process called `name` from the `text` of its YAML file.

        Raises
        ------
        MiningError
            The file does not name an object type and the activity of each event type.
        UnknownTypeError
            The catalogue lacks one of the event types.

        Examples
        --------
        >>> told = "{object: approval, activities: {approval.decided: '{mode}'}}"
        >>> ObjectProcess.parse("approvals", told).activities
        {'io.sightline.approval.decided.v1': ''}
        """
        match yaml.safe_load(text):
            case {"object": str(otype), "activities": dict(told)} if told:
                return cls(
                    name, otype, {_full(kind): _named(said) for kind, said in told.items()}
                )
        raise MiningError(
            f"mining/processes/{name}.yaml does not describe a process; expected `object` with "
            "an object type and `activities` with event type: activity."
        )


@cache
def built_in() -> tuple[ObjectProcess, ...]:
    """Return the processes of this folder, by name."""
    found = (each for each in files(__name__).iterdir() if each.name.endswith(".yaml"))
    texts = {
        each.name.removesuffix(".yaml"): each.read_text(encoding="utf-8") for each in found
    }
    return tuple(ObjectProcess.parse(name, texts[name]) for name in sorted(texts))


def _full(kind: str) -> str:
    return catalogue.find(kind).full


def _named(said: str) -> str:
    return "" if said == BY_MODE else said
