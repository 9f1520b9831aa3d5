# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cells of a table under construction: filled type by type, read column by column."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

QUANTITY_BYTES = 16


class Cells:
    """Columns of `rows` values, None where nothing was put."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._columns: dict[str, npt.NDArray[np.object_]] = {}

    def put(self, name: str, at: Sequence[int] | npt.NDArray[np.int64], values: Any) -> None:
        """Put `values` into the rows `at` of column `name`."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = np.full(self.rows, None, dtype=object)
        column[at] = values

    def get(self, name: str) -> npt.NDArray[np.object_] | None:
        """Return a column, None when nothing was put into it."""
        return self._columns.get(name)

    def texts(self, *names: str) -> pa.Array:
        """Return the first of the columns `names` that is stated, row by row; "" if none is."""
        given = [column for name in names if (column := self._columns.get(name)) is not None]
        if not given:
            return pa.repeat(pa.scalar(""), self.rows)
        arrays = [pa.array(column, pa.string()) for column in given]
        return pc.coalesce(*arrays, pa.scalar(""))

    def values(self, name: str, kind: pa.DataType) -> pa.Array:
        """Return a column as `kind`, null where nothing was put."""
        column = self._columns.get(name)
        return pa.nulls(self.rows, kind) if column is None else pa.array(column, kind)

    def claims(self, name: str) -> pa.Array:
        """Return a column of true and false; what is not stated is false."""
        return self.values(name, pa.bool_()).fill_null(False)  # noqa: FBT003  Arrow's signature


def decimals(scaled: npt.NDArray[np.int64], known: npt.NDArray[np.bool_]) -> pa.Array:
    """Return ten-thousandths as ``decimal128(18, 4)``, null where not `known`.

    Examples
    --------
    >>> decimals(np.array([-15000]), np.array([True]))[0].as_py()
    Decimal('-1.5000')
    """
    words = np.empty((len(scaled), 2), np.int64)
    words[:, 0] = scaled
    words[:, 1] = scaled >> 63
    valid = pa.array(known).buffers()[1]
    kind = pa.decimal128(18, 4)
    return pa.Array.from_buffers(kind, len(scaled), [valid, pa.py_buffer(words.tobytes())])
