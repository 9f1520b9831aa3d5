# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows handed to the engine: as Arrow by a file to the embedded one, over HTTP to a server.

The client's own way builds the file in memory first and copies it out in pieces. For the
relations of a batch, writing it once took a quarter of that time; for events it gained less.
"""

from tempfile import TemporaryDirectory

import pyarrow as pa
from clickhouse_connect.driver.binding import format_str, quote_identifier
from clickhouse_connect.driver.client import Client

_NAME = "rows.arrow"


def handed_over(client: Client, table: str, rows: pa.Table, *, embedded: bool) -> None:
    """Append `rows` to `table` in one block, in order.

    Parameters
    ----------
    embedded
        The engine lives in this process and reads the files that it can.

    Raises
    ------
    clickhouse_connect.driver.exceptions.ClickHouseError
        The engine refuses.
    """
    whole = rows.combine_chunks()
    if embedded:
        with TemporaryDirectory(prefix="sightline-rows-") as folder:
            client.command(_insert(table, whole, f"{folder}/{_NAME}"))
    else:
        client.insert_arrow(table, whole)


def _insert(table: str, rows: pa.Table, path: str) -> str:
    """Write `rows` to `path` and return the statement that takes them in."""
    with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
        writer.write_table(rows)
    columns = ", ".join(map(quote_identifier, rows.column_names))
    # one thread: the cores are for our own steps; its gain was within the noise when measured
    return (
        f"INSERT INTO {quote_identifier(table)} ({columns}) FROM INFILE {format_str(path)} "
        "SETTINGS max_threads = 1 FORMAT Arrow"
    )
