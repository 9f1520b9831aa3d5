# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests share a commit and never their faults."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sightline.errors import LogError
from sightline.intake.acceptor import Acceptor
from sightline.intake.limits import Limits
from sightline.intake.sent import Sent, many
from sightline.log import Batch, Piece
from sightline.log.sqlite import SqliteLog
from tests.intake.conftest import event, wire

LIMITS = Limits(bytes=1 << 20, lag_s=60)


@dataclass
class Touchy:
    """A log that counts its appends and breaks down over one word."""

    log: SqliteLog
    appends: list[int] = field(default_factory=list)

    @property
    def partitions(self) -> int:
        return self.log.partitions

    @property
    def generation(self) -> int:
        return self.log.generation

    def append(self, pieces: Sequence[Piece]) -> None:
        if any(b"poison" in piece.body for piece in pieces):
            raise ZeroDivisionError
        self.appends.append(sum(piece.events for piece in pieces))
        self.log.append(pieces)

    def read(self, part: int, after: int, *, events: int) -> list[Batch]:
        return self.log.read(part, after, events=events)

    def heads(self) -> dict[int, int]:
        return self.log.heads()

    def top(self) -> int:
        return self.log.top()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Touchy]:
    """Give an empty log."""
    log = SqliteLog(tmp_path / "log.db", partitions=4)
    yield Touchy(log)
    log.close()


@contextmanager
def at_work(acceptor: Acceptor) -> Iterator[None]:
    """Run `acceptor` in a thread inside the block."""
    stop = threading.Event()
    thread = threading.Thread(target=acceptor.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def sent(*names: str) -> Sent:
    return many(
        wire([event(name) if name != "bad" else {"id": "bad"} for name in names]), LIMITS
    )


def test_what_comes_together_is_committed_together_and_answered_apart(log: Touchy) -> None:
    # given requests that have queued up, some with a bad event, one of nothing
    acceptor = Acceptor(log)
    requests = [sent("a", "bad", "b"), sent("bad"), sent(), sent("c"), sent("bad", "d")]
    promises = [acceptor.submit(each) for each in requests]
    # when the acceptor comes to them
    with at_work(acceptor):
        replies = [promise.result(30) for promise in promises]
    # then one commit keeps them all
    assert log.appends == [7]
    # and each is answered for its own events, by its own places
    assert [(r.received, r.accepted) for r in replies] == [
        (3, 2),
        (1, 0),
        (0, 0),
        (1, 1),
        (2, 1),
    ]
    assert [[each.index for each in r.refused] for r in replies] == [[1], [0], [], [], [0]]
    assert [r.status for r in replies] == [202, 400, 202, 202, 202]


def test_a_request_that_breaks_something_does_not_harm_its_neighbours(
    log: Touchy, caplog: pytest.LogCaptureFixture
) -> None:
    acceptor = Acceptor(log)
    promises = [acceptor.submit(sent(name)) for name in ("a", "poison", "b")]
    with at_work(acceptor):
        first, _, last = (promise.exception(30) for promise in promises)
        with pytest.raises(LogError, match="cannot take this request"):
            promises[1].result(30)
        # and the acceptor goes on
        assert acceptor.submit(sent("c")).result(30).accepted == 1
    assert (first, last) == (None, None)
    assert log.appends == [1, 1, 1]
    assert "ZeroDivisionError" in caplog.text


def test_a_sender_who_has_gone_before_his_turn_is_not_kept(log: Touchy) -> None:
    acceptor = Acceptor(log)
    gone, here = acceptor.submit(sent("a")), acceptor.submit(sent("b"))
    gone.cancel()
    with at_work(acceptor):
        assert here.result(30).accepted == 1
    assert log.appends == [1]
