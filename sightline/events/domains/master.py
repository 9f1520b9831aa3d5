# SPDX-License-Identifier: AGPL-3.0-or-later
"""What changes slowly: items, locations, suppliers and their parameters."""

from typing import Annotated, Any

from sightline.events.blocks import Data, Name, Text, Version, means
from sightline.events.event_type import event


@event(
    39,
    "master.record_changed",
    objects="entity",
    effect="none (one row per version)",
    maps_from="ERP masters",
)
class RecordChanged(Data, kw_only=True):
    """A master record gets a new version."""

    entity: Annotated[Name, means("kind of record: item, location, supplier, lane, …")]
    key: Annotated[Name, means("id of the record")]
    fields: Annotated[dict[str, Any] | None, means("the record's fields")] = None
    valid_from: Annotated[Text, means("day or moment it begins to hold")] = None
    valid_to: Annotated[Text, means("day or moment it ends")] = None
    version: Version = None
