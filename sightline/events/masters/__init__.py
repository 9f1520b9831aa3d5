# SPDX-License-Identifier: AGPL-3.0-or-later
"""Master data: which entities there are, what their records may say, and whether one does.

Declared once in `goods` and `trade`; the check at intake, the tables and the document all come
from there.
"""

from sightline.events.masters.catalogue import ENTITIES, find
from sightline.events.masters.check import check, check_record
from sightline.events.masters.entity import Entity, Field
from sightline.events.masters.values import attributes, values

__all__ = [
    "ENTITIES",
    "Entity",
    "Field",
    "attributes",
    "check",
    "check_record",
    "find",
    "values",
]
