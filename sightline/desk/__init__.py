# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk: exceptions, the journal of their changes and the outbox of messages, in one SQLite.

Everything that one decision changes is written in one transaction, so that a crash leaves
either all of it or nothing; the journal and the outbox are then emptied at least once.
"""

from sightline.desk.desk import Decision, Desk
from sightline.desk.episode import SOURCE, Episode, dedup_key
from sightline.desk.letters import Mark, Place
from sightline.desk.outbox import Delivery
from sightline.desk.steps import Step, steps
from sightline.desk.watched import Watched

__all__ = [
    "SOURCE",
    "Decision",
    "Delivery",
    "Desk",
    "Episode",
    "Mark",
    "Place",
    "Step",
    "Watched",
    "dedup_key",
    "steps",
]
