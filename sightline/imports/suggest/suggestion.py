# SPDX-License-Identifier: AGPL-3.0-or-later
"""From files to a suggestion: what the columns mean, what is open, and the mapping as YAML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sightline.errors import MappingError
from sightline.imports.parse import parse
from sightline.imports.suggest import composing
from sightline.imports.suggest.asking import Asked, Question
from sightline.imports.suggest.assembling import Made, assembled
from sightline.imports.suggest.columns import Column, named
from sightline.imports.suggest.guessing import best, guesses_of, is_wide
from sightline.imports.suggest.kinds import LABELS, Kind, kinds_of
from sightline.imports.suggest.looking import Looked, Seen, look
from sightline.imports.suggest.meanings import EXTRA, Guess
from sightline.imports.suggest.meanings import LABELS as MEANINGS
from sightline.imports.suggest.nearly import Near, nearest
from sightline.imports.suggest.places import outside
from sightline.imports.suggest.table import Table

KIND_SURE = 0.7
PLACES = {"loc", "from_loc", "to_loc"}
STYLES = ("1,234.56", "1.234,56")


@dataclass(frozen=True, slots=True)
class TableGuess:
    """What is guessed of one table: a file, or a sheet of a workbook.

    Attributes
    ----------
    kinds
        What it may be, the likeliest first; a person's choice comes first of all.
    missing
        What its kind needs and no column means.
    """

    seen: Seen
    guesses: list[Guess]
    kinds: list[Kind]
    missing: list[str]

    @property
    def label(self) -> str:
        """Return what people call the table."""
        return self.seen.label

    @property
    def kind(self) -> Kind | None:
        """Return what it most probably is, None when nothing fits."""
        return self.kinds[0] if self.kinds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A mapping proposed for files.

    Attributes
    ----------
    name
        What the mapping is called.
    text
        The mapping as YAML; empty where none can be written or none is needed.
    ready
        Name of what needs no mapping of one's own: a shipped mapping, or a format.
    near
        Shipped mappings of systems that tables nearly fit, with what they lack.
    types
        Event types that follow, in order.
    """

    files: tuple[Path, ...]
    name: str
    tables: list[TableGuess] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    ready: str = ""
    near: tuple[Near, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says to a suggestion.

    Attributes
    ----------
    answers
        Key of a question → answer.
    meanings
        Column → meaning, for every table that has such a column.
    kinds
        Label of a table → kind; "" leaves the table out.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


def suggest(paths: Sequence[Path], said: Said | None = None) -> Suggestion:
    """Propose a mapping for the files at `paths`, which are to be imported together.

    Raises
    ------
    ImportFileError
        A file is missing, empty, damaged or of a kind that cannot be read.
    """
    return suggest_for(look(paths), said or Said())


def suggest_for(looked: Looked, said: Said) -> Suggestion:
    """Propose a mapping for files that were looked at before."""
    asked = Asked(said.answers, warnings=list(looked.unread))
    tables: list[TableGuess] = []
    made: list[Made] = []
    for seen in looked.tables:
        found, table = _judged(seen, said, asked)
        tables.append(found)
        if found.kind and not found.missing:
            kind = found.kind.name
            made.append(Made(kind, table, seen, composing.composed(kind, table)))
    text, types = assembled(made, looked.name, asked) if made else ("", [])
    return Suggestion(
        files=looked.paths,
        name=looked.name,
        tables=tables,
        questions=list(asked.questions.values()),
        warnings=asked.warnings,
        types=types,
        ready=looked.ready,
        near=() if looked.ready else _near(looked),
        text=text,
    )


def _near(looked: Looked) -> tuple[Near, ...]:
    found = [nearest([column.name for column in seen.columns]) for seen in looked.tables]
    return tuple(dict.fromkeys(near for near in found if near))


def check(text: str, name: str) -> str:
    """Return what is wrong with the mapping `text`, "" when nothing is."""
    try:
        parse(text, name)
    except MappingError as error:
        return str(error)
    return ""


def _judged(seen: Seen, said: Said, asked: Asked) -> tuple[TableGuess, Table]:
    sample = seen.sample
    guesses = guesses_of(seen.columns, _known(said.meanings, seen.columns))
    kinds = kinds_of(guesses, seen.columns, f"{sample.file.stem} {sample.file.sheet}")
    if seen.label in said.kinds:
        chosen = said.kinds[seen.label]
        kinds = [Kind(chosen, 1.0, "you said so")] if chosen in LABELS else []
    _warn(seen, guesses, kinds, asked, is_out=said.kinds.get(seen.label) == "")
    table = Table(
        name=sample.name,
        known=best(guesses),
        columns=named(seen.columns),
        guesses=guesses,
        asked=asked,
        language=seen.language,
        style=_style(seen, asked) if kinds else seen.style,
    )
    lacking = composing.missing(kinds[0].name, table) if kinds else []
    return TableGuess(seen, guesses, kinds, lacking), table


def _is_extra(column: str, guesses: Sequence[Guess]) -> bool:
    return any(guess.column == column and guess.meaning == EXTRA for guess in guesses)


def _style(seen: Seen, asked: Asked) -> str:
    """Return how numbers are written; where they could be read in two ways, as was answered."""
    if not seen.style or seen.is_style_sure:
        return seen.style
    return asked.ask(
        "number",
        "How is one thousand two hundred and thirty-four and a half written?",
        seen.style,
        "its numbers could be read in two ways",
        STYLES,
    )


def _known(meanings: Mapping[str, str], columns: Sequence[Column]) -> dict[str, str]:
    names = {each.name for each in columns}
    return {
        column: meaning
        for column, meaning in meanings.items()
        if column in names and meaning in MEANINGS
    }


def _warn(
    seen: Seen, guesses: Sequence[Guess], kinds: Sequence[Kind], asked: Asked, *, is_out: bool
) -> None:
    name = seen.sample.name
    if seen.sample.unreadable:
        asked.warn(
            f"{seen.sample.unreadable} of the rows looked at have too many or too few values; "
            "they will be refused."
        )
    if is_out:
        return
    if not kinds:
        known = [guess.column for guess in guesses if guess.meaning not in {"extra", "skip"}]
        told = f"it only shows {', '.join(known[:6])}" if known else "no column is known"
        asked.warn(f"{name}: nobody can tell what its rows are, for {told}.")
        if is_wide([each for each in seen.columns if _is_extra(each.name, guesses)]):
            asked.warn(
                f"{name} has many columns of numbers: perhaps every item or month has one of "
                "its own. `unpivot` in a mapping makes rows of them; see docs/mappings.md."
            )
        return
    _warn_of_places(seen, guesses, kinds[0].name, asked)
    if kinds[0].confidence < KIND_SURE:
        others = [LABELS[each.name].lower() for each in kinds[1:3]]
        also = f"; it may also be {' or '.join(others)}" if others else ""
        asked.warn(f"{name} is perhaps {LABELS[kinds[0].name].lower()}{also}.")


def _warn_of_places(seen: Seen, guesses: Sequence[Guess], kind: str, asked: Asked) -> None:
    """Warn where vendors or customers would become places with stock."""
    places = {guess.column for guess in guesses if guess.meaning in PLACES}
    texts = [text for each in seen.columns if each.name in places for text in each.counted]
    found = list(outside(texts)) if kind not in {"routes", "event_log"} else []
    if found:
        asked.warn(
            f"{', '.join(map(repr, found[:6]))} look like vendors, customers or losses, but "
            f"{LABELS[kind].lower()} make them locations with stock: see that they are, or "
            "answer kind=routes where a column says where from and one where to."
        )
