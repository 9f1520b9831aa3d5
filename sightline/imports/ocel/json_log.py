# SPDX-License-Identifier: AGPL-3.0-or-later
"""OCEL 2.0 in JSON, element by element."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from sightline.errors import ImportFileError, one_line
from sightline.imports.files import File
from sightline.imports.ocel import plain
from sightline.imports.ocel.elements import Kinds, keep_events, keep_objects
from sightline.imports.ocel.scratch import Scratch
from sightline.imports.ocel.tape import Tape, TapeError

SECTIONS = ("objects", "events")


def read(file: File, into: Scratch) -> None:
    """Put the log in `file` into `into`.

    Raises
    ------
    ImportFileError
        It is no JSON, no OCEL 2.0 log, or cut off.
    """
    try:
        with file.open() as stream:
            text = io.TextIOWrapper(stream, "utf-8-sig")
            seen = _read(file, Tape(text), into)
            text.detach()
    except TapeError as error:
        raise ImportFileError(
            f"{file.path} is cut off or is no JSON of a log: {one_line(error)}. Nothing of it "
            "was imported; fetch it again whole."
        ) from error
    except UnicodeError as error:
        raise ImportFileError(
            f"{file.path} is not UTF-8, as JSON has to be: {one_line(error)}. Nothing of it "
            "was imported; save it as UTF-8."
        ) from error
    missing = [name for name in SECTIONS if name not in seen]
    if missing:
        raise _no_log(file, seen, missing)


def _read(file: File, tape: Tape, into: Scratch) -> list[str]:
    """Read all sections; return their names."""
    seen: list[str] = []
    kinds: dict[str, Kinds] = {"objectTypes": {}, "eventTypes": {}}
    for key in tape.pairs():
        seen.append(key)
        if key.startswith("ocel:"):
            raise ImportFileError(
                f"{file.path} is an OCEL 1.0 log (its keys begin with ocel:); expected 2.0. "
                "Convert it, such as with pm4py.write_ocel2_json."
            )
        if key in kinds:
            kinds[key] = dict(_kinds(tape.elements()))
        elif key == "objects":
            keep_objects(tape.elements(), kinds["objectTypes"], into)
        elif key == "events":
            keep_events(tape.elements(), kinds["eventTypes"], into)
        else:
            tape.value()
    tape.end()
    return seen


def _kinds(types: Iterable[Any]) -> Iterator[tuple[tuple[str, str], str]]:
    for each in types:
        listed = each.get("attributes") if isinstance(each, dict) else None
        for attribute in listed if isinstance(listed, list) else ():
            if isinstance(attribute, dict):
                owner, name = plain.name(each.get("name")), plain.name(attribute.get("name"))
                yield (owner, name), plain.name(attribute.get("type"))


def _no_log(file: File, seen: list[str], missing: list[str]) -> ImportFileError:
    shown = one_line(", ".join(seen[:5])) or "nothing"
    return ImportFileError(
        f"{file.path} is JSON, but no OCEL 2.0 log: it has no {' and no '.join(missing)}, only "
        f"{shown}. Write other JSON as one object a line and end the name in .ndjson."
    )
