# SPDX-License-Identifier: AGPL-3.0-or-later
"""Order lines in the making: what is known of each before anybody has ordered it."""

from dataclasses import dataclass

from sightline.sim.engine.draws import Keys
from sightline.sim.engine.moments import Ints


@dataclass(frozen=True, slots=True)
class Asked:
    """Lines of one day; `keys` and `number` name the draws of each.

    Attributes
    ----------
    keys, number
        Key of item and region; day and how manieth line of it.
    item, region, channel
        Indices.
    """

    keys: Keys
    number: Ints
    item: Ints
    region: Ints
    channel: Ints
    day: int

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.keys)
