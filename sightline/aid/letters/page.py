# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page may do with letters: as the command line, but only where this machine asks.

Nobody signs in yet. While the dashboard listens where others reach it, its page only shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sightline.aid.letters.book import Letters
from sightline.aid.letters.outcome import Outcome
from sightline.aid.letters.sending import Sender
from sightline.aid.pages import may_write
from sightline.desk import Place
from sightline.errors import LetterError
from sightline.settings import Settings

WHO = "page"


def refusal(settings: Settings) -> str:
    """Return why the page may change nothing, "" when it may.

    >>> refusal(Settings())
    ''
    """
    if may_write(settings):
        return ""
    if settings.imports == "off":
        return "SIGHTLINE_IMPORTS is off: change letters with `sightline dlq` on this machine."
    return (
        f"Nobody signs in yet, so a dashboard that listens on {settings.host} only shows "
        "letters. Change them with `sightline dlq` on its machine; or, behind a proxy that "
        "asks who is there, set SIGHTLINE_IMPORTS=on."
    )


@dataclass(frozen=True, slots=True)
class PageActions:
    """Checks each change where it happens, whatever the page has drawn."""

    letters: Letters
    settings: Settings

    def retry(self, places: Sequence[Place], *, mapping: str = "") -> list[Outcome]:
        """Send the open ones of the letters at `places` again."""
        self._check()
        chosen = [each for each in self.letters.at(places) if each.state == "open"]
        return Sender(self.letters, WHO).send(chosen, mapping=mapping)

    def send_mended(self, place: Place, text: str) -> Outcome:
        """Send one letter with a mended event."""
        self._check()
        letter = self.letters.one(place)
        if letter.state != "open":
            raise LetterError(
                f"{letter.name} is {letter.state} by now; expected an open letter. Look again."
            )
        return Sender(self.letters, WHO).send_mended(letter, text.encode())

    def discard(self, places: Sequence[Place], *, note: str) -> int:
        """Set the letters at `places` aside; return how many."""
        self._check()
        return self.letters.discard(places, who=WHO, note=note)

    def reopen(self, places: Sequence[Place]) -> int:
        """Open the letters at `places` again; return how many were not."""
        self._check()
        return self.letters.reopen(places)

    def _check(self) -> None:
        said = refusal(self.settings)
        if said:
            raise LetterError(said)
