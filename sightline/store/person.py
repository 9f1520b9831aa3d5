# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answer a person's SQL with a client that can only read."""

import re

import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from sightline.errors import StoreError
from sightline.store.answer import restored
from sightline.store.failure import said

TOO_LONG = 159
TOO_MANY = 396
_DESCRIBABLE = re.compile(r"select|with|from|\(", re.IGNORECASE)


def answered(client: Client, plain: str) -> pa.Table:
    """Return the answer of `client` to `plain`, which `guard.checked` let pass.

    Raises
    ------
    StoreError
        The engine refuses it.
    """
    try:
        table = client.query_arrow(plain)
        return restored(table, _kinds(client, plain, table))
    except DatabaseError as error:
        raise StoreError(_reason(error)) from error
    except pa.ArrowInvalid as error:  # EXPLAIN of anything but a SELECT answers nothing
        raise StoreError(
            "The SQL has no answer in rows; expected a SELECT, or EXPLAIN of one."
        ) from error


def _kinds(client: Client, plain: str, table: pa.Table) -> dict[str, str]:
    ambiguous = any(
        pa.types.is_integer(kind) or pa.types.is_fixed_size_binary(kind)
        for kind in table.schema.types
    )
    if not ambiguous or not _DESCRIBABLE.match(plain):
        return {}
    described = client.query_arrow("DESCRIBE TABLE (\n" + plain + "\n)")
    return dict(zip(described["name"].to_pylist(), described["type"].to_pylist(), strict=True))


def _reason(error: DatabaseError) -> str:
    if error.code == TOO_LONG:
        return "The SQL ran longer than a minute; expected less. Narrow it by time or item."
    if error.code == TOO_MANY:
        return "The answer has more than 1000000 rows; expected fewer. Add a LIMIT."
    return f"The SQL was not accepted: {said(str(error))}"
