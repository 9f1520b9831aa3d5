# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dead letters: what was refused, why, what to do about it, and how to send it again.

A letter is known by its place in the event log. Nothing of it is ever deleted: sending it
again appends its event to the log once more, and what became of it is kept in the desk.
"""

from sightline.aid.letters.book import Letters, Wanted
from sightline.aid.letters.letter import Letter, place_of, spelled
from sightline.aid.letters.outcome import Outcome, summed
from sightline.aid.letters.sending import Sender

__all__ = ["Letter", "Letters", "Outcome", "Sender", "Wanted", "place_of", "spelled", "summed"]
