# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines of events that an import refuses itself, as the log's format ``refused`` has them."""

import msgspec

from sightline.events.refusal import CONFLICT, LONGEST_LINE
from sightline.imports.lines import Line
from sightline.imports.origin import Origin

Named = tuple[str, str]


def too_large(line: Line, file: Named) -> bytes:
    """Return the refusal of a line of which only the start was kept.

    Parameters
    ----------
    file
        Its name and its hash.
    """
    reason = f"too_large: the line has {line.length} bytes; expected at most {LONGEST_LINE}"
    note = f" … cut: {line.length} bytes, sha256 {line.sha256}"
    told = {"kind": "malformed", "reason": reason, "field": "", "source": "", "id": ""}
    return _encoded(told, line.text.decode(errors="replace") + note, line, file)


def contradiction(line: Line, file: Named, named: Named) -> bytes:
    """Return the refusal of a line whose id came before, with other content.

    Parameters
    ----------
    named
        Source and id of the event.
    """
    told = {
        "kind": "conflict",
        "reason": f"{CONFLICT.code}: {CONFLICT.text}",
        "field": CONFLICT.field,
        "source": named[0],
        "id": named[1],
    }
    return _encoded(told, line.text.decode(errors="replace"), line, file)


def _encoded(told: dict[str, str], raw: str, line: Line, file: Named) -> bytes:
    origin = Origin(file=file[0], sha256=file[1], row=line.number)
    return msgspec.json.encode(told | {"raw": raw, "origin": origin})
