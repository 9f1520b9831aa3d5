# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bounded pool of clients, the last one used first; safe to share by threads."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from clickhouse_connect.driver.client import Client

from sightline.errors import StoreError


class Pool:
    """Lend clients, at most `size` at a time; more borrowers wait.

    A client serialises on its own lock and costs milliseconds to make, so neither one for
    all nor one for each call would do.
    """

    def __init__(self, connect: Callable[[], Client], *, size: int) -> None:
        self._connect = connect
        self._slots = threading.BoundedSemaphore(size)
        self._guard = threading.Lock()
        self._idle: list[Client] = []
        self._process = os.getpid()
        self.is_closed = False

    @contextmanager
    def client(self) -> Iterator[Client]:
        """Lend a client until the block ends; one that an error came out of is thrown away.

        Raises
        ------
        StoreError
            The pool is closed, or this is a fork of the process that opened it.
        """
        with self._slots:
            client = self._taken()
            try:
                yield client
            except BaseException:
                # chDB leaves half an answer behind: the client's next one would begin with it
                client.close()
                raise
            self._put_back(client)

    def close(self) -> bool:
        """Close idle clients now and lent ones when they come back; tell if it was open."""
        with self._guard:
            was_open, self.is_closed = not self.is_closed, True
            idle, self._idle = self._idle, []
        for client in idle:
            client.close()
        return was_open

    def _taken(self) -> Client:
        if os.getpid() != self._process:
            raise StoreError(
                f"The store was opened by process {self._process}, this is its fork "
                f"{os.getpid()}; expected the same process, the engine hangs in a fork. "
                "Start processes with spawn."
            )
        with self._guard:
            if self.is_closed:
                raise StoreError("The store is closed; expected an open one. Open it again.")
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _put_back(self, client: Client) -> None:
        with self._guard:
            if not self.is_closed:
                self._idle.append(client)
                return
        client.close()
