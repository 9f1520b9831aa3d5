# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the catalogue knows of one event type, and how a type declares itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from sightline.events.blocks import Data

PREFIX = "io.sightline."
MAJOR = ".v1"

Sign = Literal["magnitude", "signed"]
D = TypeVar("D", bound=type[Data])


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One of the 42 event types.

    Attributes
    ----------
    number
        Place in the catalogue, 1 to 42.
    name, full
        ``inventory.receipt`` and ``io.sightline.inventory.receipt.v1``.
    struct
        The data as declared in `sightline.events.domains`.
    objects
        Types of the objects that the event is about.
    effect
        What it does to a position; "" when nothing.
    maps_from
        Where such events come from in other systems and standards.
    summary
        One sentence.
    signed
        Its quantity carries a sign; otherwise it is a magnitude.
    zero_allowed
        Its quantity may be 0. `transfer.received` needs a short quantity besides.
    absolute
        Its quantity is a level, not a change.
    default_mode
        Value of the column ``mode`` when the event states none.
    """

    number: int
    name: str
    struct: type[Data]
    objects: tuple[str, ...]
    effect: str = ""
    maps_from: str = ""
    summary: str
    signed: bool = False
    zero_allowed: bool = False
    absolute: bool = False
    default_mode: str | None = None

    @property
    def full(self) -> str:
        """Return the name as events carry it."""
        return f"{PREFIX}{self.name}{MAJOR}"

    @property
    def domain(self) -> str:
        """Return the first word of the name."""
        return self.name.partition(".")[0]


DECLARED: list[EventType] = []


def event(  # noqa: PLR0913  one keyword per fact of the catalogue
    number: int,
    name: str,
    *,
    objects: str,
    effect: str = "",
    maps_from: str = "",
    signed: bool = False,
    zero_allowed: bool = False,
    absolute: bool = False,
    default_mode: str | None = None,
) -> Callable[[D], D]:
    """Declare the decorated struct as the data of event type `name`.

    The struct's docstring is the type's one-sentence summary.
    """

    def declare(struct: D) -> D:
        DECLARED.append(
            EventType(
                number=number,
                name=name,
                struct=struct,
                objects=tuple(objects.split()),
                effect=effect,
                maps_from=maps_from,
                summary=(struct.__doc__ or "").strip(),
                signed=signed,
                zero_allowed=zero_allowed,
                absolute=absolute,
                default_mode=default_mode,
            )
        )
        return struct

    return declare
