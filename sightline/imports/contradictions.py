# SPDX-License-Identifier: AGPL-3.0-or-later
"""Master records of one import that say different things of one key, day and version."""

import polars as pl

from sightline.events.plan import FIRST_VERSION
from sightline.imports.seen import Seen

EXAMPLES = 3


class Contradictions:
    """Notes them over all files of an import, at sixteen bytes a record."""

    def __init__(self) -> None:
        self._said = Seen()
        self._named = Seen()
        self._count = 0
        self._examples: list[str] = []

    def note(self, entity: str, drafts: pl.DataFrame) -> None:
        """Compare the records of `drafts` with each other and with all before them."""
        named = _named(entity, drafts)
        said = pl.concat([named.drop("row"), _said(drafts)], how="horizontal")
        fresh = ~self._said.repeated(said.hash_rows(seed=1).to_numpy())
        found = named.filter(pl.Series(fresh))
        second = self._named.repeated(found.drop("row").hash_rows(seed=1).to_numpy())
        self._count += int(second.sum())
        shown = found.filter(pl.Series(second)).head(EXAMPLES - len(self._examples))
        self._examples += [
            f"{entity} {row['key']} in row {row['row']}" for row in shown.to_dicts()
        ]

    def warnings(self) -> list[str]:
        """Return what people should know, one sentence or none."""
        if not self._count:
            return []
        records = f"{self._count} master record{'s say' if self._count > 1 else ' says'}"
        shown = ", ".join(self._examples)
        rule = "than another of the same key, day and version"
        return [f"{records} something else {rule}: {shown}; the last one counts"]


def _said(drafts: pl.DataFrame) -> pl.DataFrame:
    """Return what the records state, in an order that does not hang on the table."""
    names = sorted(set(drafts.columns) - {"f.key", "f.valid_from", "f.version"})
    return drafts.select(
        pl.col(name).cast(pl.String) for name in names if name.startswith("f.")
    )


def _named(entity: str, drafts: pl.DataFrame) -> pl.DataFrame:
    """Return what two records must share to contradict each other, and their rows."""
    since = pl.col("f.valid_from" if "f.valid_from" in drafts.columns else "time")
    version = pl.col("f.version") if "f.version" in drafts.columns else pl.lit(None)
    return drafts.select(
        pl.lit(entity).alias("entity"),
        pl.col("f.key").cast(pl.String).alias("key"),
        since.cast(pl.String).alias("since"),
        version.cast(pl.Int64).fill_null(FIRST_VERSION).alias("version"),
        pl.col("row"),
    )
