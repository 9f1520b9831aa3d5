# SPDX-License-Identifier: AGPL-3.0-or-later
"""One thread that reads what was sent and puts it into the log, many requests at a time.

Reading a hundred events costs little more than reading one, and so does a commit: whatever
has come in while the last group was written makes up the next one.
"""

import logging
import queue
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from threading import Event

import numpy as np

from sightline.errors import LogError
from sightline.events.decode import check_lines
from sightline.events.refusal import Refusal
from sightline.intake.limits import REPORTED
from sightline.intake.pieces import pieces_of
from sightline.intake.reply import Reply, reply
from sightline.intake.sent import Sent
from sightline.log import Log

GROUP_EVENTS = 20_000
LOOK_S = 0.2
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """What one request sent, and the promise that its sender waits for."""

    sent: Sent
    kept: "Future[Reply]" = field(default_factory=Future)


class Acceptor:
    """Takes what requests sent; run it in a thread of its own."""

    def __init__(self, log: Log, *, reported: int = REPORTED) -> None:
        self._log = log
        self._reported = reported
        self._queue: queue.SimpleQueue[Job] = queue.SimpleQueue()

    def submit(self, sent: Sent) -> "Future[Reply]":
        """Return the promise of a reply, kept once `sent` is durable in the log.

        It fails with `LogError` when nothing of `sent` was kept.
        """
        job = Job(sent)
        self._queue.put(job)
        return job.kept

    def run(self, stop: Event) -> None:
        """Work until `stop` is set; then turn away what is still waiting."""
        while not stop.is_set():
            if group := self._next_group():
                self._take(group)
        while not self._queue.empty():
            job = self._queue.get()
            if job.kept.set_running_or_notify_cancel():
                job.kept.set_exception(LogError("Sightline is stopping; send this again."))

    def _next_group(self) -> list[Job]:
        group: list[Job] = []
        count = 0
        try:
            job = self._queue.get(timeout=LOOK_S)
            while True:
                if job.kept.set_running_or_notify_cancel():
                    group.append(job)
                    count += len(job.sent)
                if count >= GROUP_EVENTS:
                    break
                job = self._queue.get_nowait()
        except queue.Empty:
            pass
        return group

    def _take(self, group: Sequence[Job]) -> None:
        try:
            replies = self._kept(group)
        except LogError as error:
            for job in group:
                job.kept.set_exception(error)
        except Exception:
            if len(group) > 1:  # whatever it is, it is not the neighbours'
                for job in group:
                    self._take([job])
                return
            logger.exception("The intake cannot read what it was sent")
            told = LogError(
                "The event log cannot take this request; the server's log says why."
            )
            group[0].kept.set_exception(told)
        else:
            for job, answer in zip(group, replies, strict=True):
                job.kept.set_result(answer)

    def _kept(self, group: Sequence[Job]) -> list[Reply]:
        """Put everything into the log and return one reply for each job."""
        lines = [line for job in group for line in job.sent.lines]
        refused = _by_job(group, check_lines(lines))
        unread = [refusal for job in group for refusal in job.sent.refused]
        if pieces := pieces_of(lines, unread, self._log.partitions):
            self._log.append(pieces)
        return [
            reply(len(job.sent), [*job.sent.refused, *mine], reported=self._reported)
            for job, mine in zip(group, refused, strict=True)
        ]


def _by_job(group: Sequence[Job], refused: Sequence[Refusal]) -> list[list[Refusal]]:
    """Return the refusals of each job, with places as its sender counts them."""
    ends = np.cumsum([len(job.sent.lines) for job in group])
    found: list[list[Refusal]] = [[] for _ in group]
    for refusal in refused:
        job = int(np.searchsorted(ends, refusal.index, side="right"))
        sent = group[job].sent
        place = sent.places[refusal.index - int(ends[job]) + len(sent.lines)]
        found[job].append(replace(refusal, index=place))
    return found
