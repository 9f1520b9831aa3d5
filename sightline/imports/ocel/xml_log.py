# SPDX-License-Identifier: AGPL-3.0-or-later
"""OCEL 2.0 in XML, element by element; no entity and no address in it is ever followed."""

from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from sightline.errors import ImportFileError, one_line
from sightline.imports.files import File
from sightline.imports.ocel.elements import Kinds, keep_events, keep_objects
from sightline.imports.ocel.scratch import Scratch

TYPES = ("object-type", "event-type")
PARENTS = {"object": "objects", "event": "events"}
"""Element → what it stands in; relations of an object stand in an `objects` of its own."""


def read(file: File, into: Scratch) -> None:
    """Put the log in `file` into `into`.

    Raises
    ------
    ImportFileError
        It is no XML, no OCEL 2.0 log, or cut off.
    """
    kinds: dict[str, Kinds] = {kind: {} for kind in TYPES}
    try:
        with file.open() as stream:
            for element in _elements(file, stream):
                if element.tag in TYPES:
                    kinds[element.tag] |= _kinds(element)
                elif element.tag == "object":
                    keep_objects([_told(element)], kinds["object-type"], into)
                else:
                    keep_events([_told(element)], kinds["event-type"], into)
    except etree.XMLSyntaxError as error:
        raise ImportFileError(
            f"{file.path} is cut off or is no XML: {one_line(error)}. Nothing of it was "
            "imported; fetch it again whole."
        ) from error


def _elements(file: File, stream: IO[bytes]) -> Iterator[Any]:
    """Yield types, objects and events, forgetting each afterwards."""
    events = etree.iterparse(
        stream, events=("start", "end"), resolve_entities=False, no_network=True,
        load_dtd=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    depth = 0
    for event, element in events:
        if event == "start":
            depth += 1
            if depth == 1 and element.tag != "log":
                raise ImportFileError(
                    f"{file.path} is XML, but no OCEL 2.0 log: it begins with "
                    f"{one_line(element.tag)!r}; expected 'log'. Export the log again."
                )
            continue
        depth -= 1
        if depth == 2 and element.tag in {*TYPES, *PARENTS}:  # noqa: PLR2004  log/…s/…
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _kinds(element: Any) -> Kinds:
    owner = element.get("name") or ""
    return {
        (owner, each.get("name") or ""): each.get("type") or ""
        for each in element.iterfind("attributes/attribute")
    }


def _told(element: Any) -> dict[str, Any]:
    """Return an object or an event as JSON would have it."""
    return {
        **element.attrib,
        "attributes": [
            {"name": each.get("name"), "time": each.get("time"), "value": each.text or ""}
            for each in element.iterfind("attributes/attribute")
        ],
        "relationships": [
            {"objectId": each.get("object-id"), "qualifier": each.get("qualifier")}
            for each in element.iterfind("objects/relationship")
        ],
    }
