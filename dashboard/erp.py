# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links to the system that an object comes from, by templates of the master data; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

SAFE = re.compile(r"[\w .:/#()+,&@-]{1,128}")
"""Ids that a link may hold; an id with anything else gets none."""
STEPS = {".", ".."}


@dataclass(frozen=True, slots=True)
class Template:
    """How to reach objects of one type; `url` has places such as ``{id}``."""

    object: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Link:
    """One link, ready to be drawn."""

    label: str
    url: str


def links(templates: Sequence[Template], kind: str, ids: Mapping[str, str]) -> list[Link]:
    """Return the links of an object of the type `kind`.

    Parameters
    ----------
    ids
        What stands for the places of a template: ``id``, and ``item`` or ``loc`` beside it.
        Ids are percent-encoded; one with characters that no id has gives no link.

    Examples
    --------
    >>> shop = Template("item", "Open", "https://erp.example.com/item/{id}")
    >>> links([shop], "item", {"id": "A/1 b"})
    [Link(label='Open', url='https://erp.example.com/item/A%2F1%20b')]
    >>> links([shop], "item", {"id": '"><script>'})
    []
    """
    encoded = {name: quote(text, safe="") for name, text in ids.items() if _is_safe(text)}
    encoded["type"] = quote(kind, safe="")
    found = []
    for each in templates:
        places = set(re.findall(r"\{(\w+)\}", each.url))
        if each.object == kind and places <= encoded.keys():
            url = re.sub(r"\{(\w+)\}", lambda place: encoded[place[1]], each.url)
            if urlsplit(url).scheme == "https":
                found.append(Link(each.label, url))
    return found


def _is_safe(text: str) -> bool:
    return bool(SAFE.fullmatch(text)) and text.strip() not in STEPS
