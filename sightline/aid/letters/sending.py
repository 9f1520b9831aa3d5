# SPDX-License-Identifier: AGPL-3.0-or-later
"""Send letters again: their events go into the log once more, then the letters are marked.

A crash in between leaves a letter open whose event is in the log: sent once more, it is
dropped as a duplicate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import pyarrow as pa

from sightline.aid.letters import rows
from sightline.aid.letters.book import Letters
from sightline.aid.letters.letter import Letter
from sightline.aid.letters.original import Original, originals
from sightline.aid.letters.outcome import Outcome, Parcel
from sightline.desk import Mark
from sightline.errors import LetterError
from sightline.events.decode import Decoded, decode_lines
from sightline.events.routing import part_of_line
from sightline.imports.cutting import cut, line_pieces

AT_A_TIME = 5_000
CONFLICT = (
    "an event with this source and id came first and stays; mend it: another id, and "
    "`corrects` if it corrects the first"
)
WAITING = {"no_conversion", "not_representable", "too_large_a_number"}
WAITS = "it waits for a record of its unit, which takes it in; bring in the unit, or mend it"
RELEASED = "its event was taken in when the record came that it waited for"
UNREAD = "the row could not be taken apart into columns; mend it"
EDI = "edi://"
OF_EDI = "it came in an EDI interchange: mend the mapping and import its file again"
DAMAGED = "its piece of the event log cannot be read; import its file again"

Pair = tuple[Letter, Original]


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends letters again for `who`: a user of this machine, or ``page``."""

    letters: Letters
    who: str

    def send(
        self, letters: Sequence[Letter], *, mapping: str = "", note: str = ""
    ) -> list[Outcome]:
        """Send `letters` again as they came; return what became of each, in their order.

        What would be refused again at once is not sent and stays as it is.

        Parameters
        ----------
        mapping
            For refused rows of imports: a name or a path instead of the mapping that they
            came through.
        """
        outcomes: dict[str, Outcome] = {}
        for first in range(0, len(letters), AT_A_TIME):
            some = letters[first : first + AT_A_TIME]
            found = originals(self.letters.log, [each.place for each in some])
            pairs = [(each, found[each.place]) for each in some]
            for parcel in self._parcels(pairs, mapping):
                self._hand_over(parcel, note)
                outcomes |= {each.letter.name: each for each in parcel.outcomes}
        return [outcomes[each.name] for each in letters]

    def send_mended(self, letter: Letter, text: bytes, *, note: str = "") -> Outcome:
        """Send `letter` with the mended event `text`: a CloudEvent, or the row of an import.

        Raises
        ------
        LetterError
            It is no acceptable event, or another one.
        """
        original = originals(self.letters.log, [letter.place])[letter.place]
        parcel = self.mended(letter, original, text)
        (outcome,) = parcel.outcomes
        if not outcome.sent:
            raise LetterError(f"The mended event is refused: {outcome.said}. Nothing was sent.")
        self._hand_over(parcel, note)
        return outcome

    def mended(self, letter: Letter, original: Original, text: bytes) -> Parcel:
        """Return what sending `text` for `letter` would put into the log; nothing is sent."""
        try:
            line = msgspec.json.format(text, indent=-1)
        except msgspec.MsgspecError as error:
            said = str(error).removeprefix("JSON is malformed: ")
            return Parcel.stuck(letter, f"it is no JSON ({said}); expected one JSON object")
        if original.origin and original.origin.mapping:
            return rows.mended(letter, original.origin, line, self.letters.log.partitions)
        said = _objection(letter, self._decoded([line]))
        if said:
            return Parcel.stuck(letter, said)
        part = part_of_line(line, self.letters.log.partitions)
        return Parcel(line_pieces([(part, line)], "ndjson"), [Outcome(letter, sent=True)])

    def _parcels(self, pairs: Sequence[Pair], mapping: str) -> Iterator[Parcel]:
        lines, columns, of_imports = [], [], []
        for letter, original in pairs:
            if letter.state == "released":
                yield Parcel.stuck(letter, RELEASED)
            elif original.form == "damaged":
                yield Parcel.stuck(letter, DAMAGED)
            elif letter.kind == "conflict":
                yield Parcel.stuck(letter, CONFLICT)
            elif original.form == "row" and letter.code in WAITING:
                yield Parcel.stuck(letter, WAITS)
            elif original.form == "row":
                columns.append((letter, original))
            elif original.origin and letter.source.startswith(EDI):
                yield Parcel.stuck(letter, OF_EDI)
            elif original.origin and original.origin.is_row:
                of_imports.append((letter, original))
            elif original.origin and original.origin.mapping:
                yield Parcel.stuck(letter, UNREAD)
            else:
                lines.append((letter, original))
        yield self._of_lines(lines)
        yield self._of_columns(columns)
        yield from rows.parcels(of_imports, mapping, self.letters.log.partitions)

    def _of_lines(self, pairs: Sequence[Pair]) -> Parcel:
        decoded = self._decoded([original.raw for _, original in pairs])
        waits = {i: WAITS for i, (letter, _) in enumerate(pairs) if letter.code in WAITING}
        why = waits | {refusal.index: refusal.reason for refusal in decoded.refused}
        partitions = self.letters.log.partitions
        good = [
            (part_of_line(original.raw, partitions), original.raw)
            for index, (_, original) in enumerate(pairs)
            if index not in why
        ]
        outcomes = [
            Outcome(letter, sent=index not in why, said=why.get(index, ""))
            for index, (letter, _) in enumerate(pairs)
        ]
        return Parcel(line_pieces(good, "ndjson"), outcomes)

    def _of_columns(self, pairs: Sequence[Pair]) -> Parcel:
        tables = [original.columns for _, original in pairs]
        if not tables:
            return Parcel([], [])
        whole = pa.concat_tables(tables)
        places = np.arange(len(whole), dtype=np.uint32)
        pieces = cut(whole, places, self.letters.log.partitions)
        return Parcel(pieces, [Outcome(letter, sent=True) for letter, _ in pairs])

    def _decoded(self, lines: list[bytes]) -> Decoded:
        now_ms = int(self.letters.clock().timestamp() * 1000)
        return decode_lines(lines, ingest_ms=now_ms)

    def _hand_over(self, parcel: Parcel, note: str) -> None:
        if not parcel.pieces:
            return
        self.letters.log.append(parcel.pieces)
        now = self.letters.clock()
        marks = [
            Mark(each.letter.place, "retried", self.who, now, note)
            for each in parcel.outcomes
            if each.sent
        ]
        self.letters.desk.mark_letters(self.letters.log.generation, marks)


def _objection(letter: Letter, decoded: Decoded) -> str:
    """Return what is wrong with the one mended event for `letter`, "" when nothing is."""
    if decoded.refused:
        return decoded.refused[0].reason
    (source,), (name,) = decoded.table["source"].to_pylist(), decoded.table["id"].to_pylist()
    is_same = (source, name) == (letter.source, letter.id)
    if letter.kind == "conflict" and is_same:
        return f"id is still {name!r}, which the first event has; expected another"
    if letter.kind != "conflict" and letter.source and letter.id and not is_same:
        return (
            f"it is {name!r} of {source!r}; expected the same event, {letter.id!r} of "
            f"{letter.source!r}, mended"
        )
    return ""
