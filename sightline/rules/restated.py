# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which exceptions end because late events changed what had opened them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sightline.desk import Episode
from sightline.store import Store

RESTATED = "restated"


@dataclass(frozen=True, slots=True)
class Restated:
    """Restatements that came since rules last looked.

    Attributes
    ----------
    seen, marks
        Offset of the last cause in each log partition, at the last look and now.
    """

    store: Store
    seen: Mapping[str, str]
    marks: dict[str, str]

    @classmethod
    def since(cls, store: Store, seen: Mapping[str, str]) -> "Restated":
        """Look at the tables; `seen` is what `marks` were the last time."""
        rows = store.read_arrow("restated_marks").to_pylist()
        return cls(store, seen, {str(row["part"]): str(row["off"]) for row in rows})

    def before_opening(self, episodes: Iterable[Episode]) -> set[str]:
        """Return the ids of episodes whose place was restated from before they opened."""
        asked = list(episodes)
        if not asked or self.seen == self.marks:
            return set()
        items = sorted({episode.item for episode in asked})
        rows = self.store.read_arrow("restated_places", items=items).to_pylist()
        news = [row for row in rows if row["off"] > int(self.seen.get(str(row["part"]), -1))]
        return {
            episode.exception_id
            for episode in asked
            for row in news
            if (row["tenant"], row["item"], row["loc"])
            == (episode.tenant, episode.item, episode.loc)
            and row["since"] <= episode.opened
        }
