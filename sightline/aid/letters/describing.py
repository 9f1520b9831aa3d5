# SPDX-License-Identifier: AGPL-3.0-or-later
"""A letter in full for a person: what came, laid out, the field marked, and its import."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sightline.aid.letters.advice import advice_for
from sightline.aid.letters.letter import Letter
from sightline.aid.letters.original import Original

STEP = re.compile(r"[^.\[\]]+|\[\d+\]")
LONGEST_SHOWN = 1 << 16


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what came; `is_marked` where the field stands that the reason names."""

    text: str
    is_marked: bool


def told(letter: Letter, original: Original, later: Sequence[Letter]) -> Iterator[Line]:
    """Yield everything about `letter`: what is wrong, what to do, and what came."""
    for name, value in _facts(letter, original):
        if value:
            yield Line(f"{name:<13}  {value}", is_marked=False)
    for each in later:
        when = f"{each.at:%Y-%m-%d %H:%M} UTC"
        yield Line(f"{'came again':<13}  {each.name} {when}: {each.reason}", is_marked=False)
    yield Line("", is_marked=False)
    for line in laid_out(text_of(original, letter), letter.field):
        yield Line(f"{'>' if line.is_marked else ' '} {line.text}", line.is_marked)


def _facts(letter: Letter, original: Original) -> Iterator[tuple[str, str]]:
    advice = advice_for(letter.code)
    yield letter.name, f"{advice.words} ({letter.kind}, {letter.state})"
    yield "what is wrong", letter.reason
    yield "field", letter.field
    yield "event", f"{letter.id} of {letter.source}" if letter.id else letter.source
    yield "came", f"{letter.at:%Y-%m-%d %H:%M:%S} UTC"
    yield "brought by", brought_by(original)
    yield "what to do", advice.mend
    if letter.released_at:
        yield "released", f"{letter.released_at:%Y-%m-%d %H:%M} UTC by {letter.released}"
    if letter.mark:
        mark = letter.mark
        yield mark.state, f"{mark.at:%Y-%m-%d %H:%M} UTC by {mark.who} {mark.note}".rstrip()


def laid_out(raw: bytes, field: str) -> list[Line]:
    """Return `raw` as lines to read, the ones of `field` marked; what is no JSON as it is.

    Examples
    --------
    >>> [line.text for line in laid_out(b'{"a":{"b":-1},"c":2}', "a.b") if line.is_marked]
    ['    "b": -1']
    """
    try:
        whole = json.loads(raw)
    except (ValueError, RecursionError):
        text = raw[:LONGEST_SHOWN].decode("utf-8", "replace")
        return [Line(part, is_marked=False) for part in text.split("\n")]
    return list(_lines(whole, _steps(whole, field), 0, "", is_in=False))


def brought_by(original: Original) -> str:
    """Say which file, row and mapping a letter came from, "" when it came as an event."""
    origin = original.origin
    if origin is None:
        return ""
    through = f" through {origin.mapping}" if origin.mapping else ""
    return f"row {origin.row} of {origin.file}{through}"


def text_of(original: Original, letter: Letter) -> bytes:
    """Return what came, whole where the log has it, to be mended."""
    return original.raw or letter.raw.encode()


def _steps(whole: Any, field: str) -> list[str]:
    """Return the way to `field`; a column's name may hold dots."""
    if isinstance(whole, dict) and field in whole:
        return [field]
    return STEP.findall(field)


def _lines(value: Any, steps: list[str], depth: int, head: str, *, is_in: bool) -> Any:
    """Yield the lines of `value`; `steps` lead from here to the field."""
    pad, here = "  " * depth, is_in or (not steps and depth > 0)
    pairs = _pairs(value)
    if pairs is None or not pairs:
        yield Line(f"{pad}{head}{json.dumps(value, ensure_ascii=False)}", is_marked=here)
        return
    opens, closes = "{}" if isinstance(value, dict) else "[]"
    yield Line(f"{pad}{head}{opens}", is_marked=here)
    for number, (step, name, inner) in enumerate(pairs):
        leads = bool(steps) and steps[0] == step
        rest = steps[1:] if leads else [""]
        comma = "," * (number < len(pairs) - 1)
        lines = list(_lines(inner, rest, depth + 1, name, is_in=here))
        yield from lines[:-1]
        yield Line(lines[-1].text + comma, lines[-1].is_marked)
    yield Line(f"{pad}{closes}", is_marked=here)


def _pairs(value: Any) -> list[tuple[str, str, Any]] | None:
    if isinstance(value, dict):
        return [
            (str(key), f"{json.dumps(str(key), ensure_ascii=False)}: ", inner)
            for key, inner in value.items()
        ]
    if isinstance(value, list):
        return [(f"[{index}]", "", inner) for index, inner in enumerate(value)]
    return None
