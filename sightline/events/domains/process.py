# SPDX-License-Identifier: AGPL-3.0-or-later
"""A step of any process, as event logs record it."""

from typing import Annotated, Any

from msgspec import field

from sightline.events.blocks import Data, Moment, Name, Text, means
from sightline.events.event_type import event


@event(
    42,
    "process.activity",
    objects="case",
    maps_from="XES, OCEL and CSV event logs",
)
class Activity(Data, kw_only=True):
    """Somebody did a step of a case; the event's time is its end."""

    activity: Annotated[Name, means("what was done")]
    process: Annotated[Name, means("process that the step belongs to")]
    attributes: Annotated[dict[str, Any] | None, means("further attributes")] = None
    case_id: Annotated[
        Name | None, means("case of the process; absent: the step belongs to its objects only")
    ] = field(default=None, name="case")
    lifecycle: Annotated[Text, means("transition of the step, such as complete")] = None
    resource: Annotated[Text, means("who did it, by pseudonym")] = None
    role: Annotated[Text, means("in which role")] = None
    start_time: Annotated[Moment | None, means("when the step began")] = field(
        default=None, name="start"
    )
