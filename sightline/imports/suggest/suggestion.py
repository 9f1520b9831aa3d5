# SPDX-License-Identifier: AGPL-3.0-or-later
"""From files to a suggestion: what the columns mean, what is open, and the mapping as YAML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sightline.errors import ImportFileError, MappingError
from sightline.imports import shipped
from sightline.imports.files import File
from sightline.imports.parse import parse
from sightline.imports.suggest import composing
from sightline.imports.suggest.asking import Asked, Question
from sightline.imports.suggest.columns import Column, columns_of, named
from sightline.imports.suggest.guessing import best, guesses_of, language_of
from sightline.imports.suggest.kinds import LABELS, Kind, kinds_of
from sightline.imports.suggest.meanings import LABELS as MEANINGS
from sightline.imports.suggest.meanings import Guess
from sightline.imports.suggest.sample import Sample, holds_events, sample_of, tables_of
from sightline.imports.suggest.table import Table, Tree, slug
from sightline.imports.suggest.yaml_text import written

TABULAR = ("csv", "ndjson", "parquet", "xlsx")
COMMAS = ("German", "French", "Spanish")
KIND_SURE = 0.7


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

    sample: Sample
    guesses: list[Guess]
    kinds: list[Kind]
    missing: list[str]

    @property
    def label(self) -> str:
        """Return what people call the table."""
        return self.sample.file.sheet or self.sample.file.path.name

    @property
    def kind(self) -> Kind | None:
        """Return what it most probably is, None when nothing fits."""
        return self.kinds[0] if self.kinds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A mapping proposed for files.

    Attributes
    ----------
    text
        The mapping as YAML; empty where none can be written or none is needed.
    ready
        Name of what needs no mapping of one's own: a shipped mapping, or ``cloudevents``.
    types
        Event types that follow, in order.
    """

    files: list[Path]
    tables: list[TableGuess] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    ready: str = ""
    text: str = ""

    @property
    def name(self) -> str:
        """Return what the mapping is called."""
        return name_of(self.files[0])


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
    files = [table for path in paths for table in tables_of(path)]
    if any(holds_events(file) for file in files):
        return Suggestion(files=list(paths), ready="cloudevents")
    other = next((file.format for file in files if file.format not in TABULAR), "")
    if other:
        return Suggestion(
            files=list(paths), ready=shipped.EVENT_LOG if other == "xes" else other
        )
    samples, unread = _samples(files)
    return suggest_for(
        samples, list(paths), said or Said(), ready=ready_for(files), unread=unread
    )


def suggest_for(
    samples: Sequence[Sample],
    paths: list[Path],
    said: Said,
    *,
    ready: str = "",
    unread: Sequence[str] = (),
) -> Suggestion:
    """Propose a mapping for tables that were looked at before."""
    asked = Asked(said.answers, warnings=list(unread))
    tables: list[TableGuess] = []
    made: list[tuple[str, Table, Sample, Tree]] = []
    for sample in samples:
        found, table = _judged(sample, said, asked)
        tables.append(found)
        if found.kind and not found.missing:
            made.append(
                (found.kind.name, table, sample, composing.composed(found.kind.name, table))
            )
    text, types = _text(made, paths, asked) if made else ("", [])
    return Suggestion(
        files=paths,
        tables=tables,
        questions=list(asked.questions.values()),
        warnings=asked.warnings,
        types=types,
        ready=ready,
        text=text,
    )


def ready_for(files: Sequence[File]) -> str:
    """Return the name of the shipped mapping that fits all of `files`, "" for none."""
    found = set()
    for file in files:
        try:
            found.add(shipped.detect(file))
        except (MappingError, ImportFileError):
            return ""
    return found.pop() if len(found) == 1 else ""


def name_of(path: Path) -> str:
    """Return what the mapping of the file at `path` is called.

    >>> name_of(Path("Orders_2012H1.csv.gz"))
    'orders-2012h1'
    """
    return slug(path.name.split(".", 1)[0].lower()) or "rows"


def check(text: str, name: str) -> str:
    """Return what is wrong with the mapping `text`, "" when nothing is."""
    try:
        parse(text, name)
    except MappingError as error:
        return str(error)
    return ""


def _samples(files: Sequence[File]) -> tuple[list[Sample], list[str]]:
    """Return samples of `files`; of a workbook, sheets that cannot be read are only told of."""
    samples, unread = [], []
    for file in files:
        try:
            samples.append(sample_of(file))
        except ImportFileError as error:
            if not file.sheet or len(files) == 1:
                raise
            unread.append(str(error))
    if not samples:
        raise ImportFileError(unread[0])
    return samples, unread


def _judged(sample: Sample, said: Said, asked: Asked) -> tuple[TableGuess, Table]:
    language, columns, style = _read(sample)
    guesses = guesses_of(columns, _known(said.meanings, columns))
    kinds = kinds_of(guesses, columns, f"{sample.file.stem} {sample.file.sheet}")
    table = Table(
        name=sample.name,
        known=best(guesses),
        columns=named(columns),
        guesses=guesses,
        asked=asked,
        language=language,
        style=style,
    )
    label = sample.file.sheet or sample.file.path.name
    if label in said.kinds:
        chosen = said.kinds[label]
        kinds = [Kind(chosen, 1.0, "you said so")] if chosen in LABELS else []
    _warn(sample, guesses, kinds, asked)
    lacking = composing.missing(kinds[0].name, table) if kinds else []
    return TableGuess(sample, guesses, kinds, lacking), table


def _read(sample: Sample) -> tuple[str, list[Column], str]:
    """Return the language of a sample, its columns, and how it writes numbers."""
    language = language_of(columns_of(sample.frame.head(50), prefers_comma=False)[0])
    columns, style = columns_of(sample.frame, prefers_comma=language in COMMAS)
    return language, columns, style.name


def _known(meanings: Mapping[str, str], columns: Sequence[Column]) -> dict[str, str]:
    names = {each.name for each in columns}
    return {
        column: meaning
        for column, meaning in meanings.items()
        if column in names and meaning in MEANINGS
    }


def _warn(
    sample: Sample, guesses: Sequence[Guess], kinds: Sequence[Kind], asked: Asked
) -> None:
    if sample.unreadable:
        asked.warn(
            f"{sample.unreadable} of the first rows have too many or too few values; they will "
            "be refused."
        )
    if not kinds:
        known = [guess.column for guess in guesses if guess.meaning not in {"extra", "skip"}]
        told = f"it only shows {', '.join(known[:6])}" if known else "no column is known"
        asked.warn(f"{sample.name}: nobody can tell what its rows are, for {told}.")
    elif kinds[0].confidence < KIND_SURE:
        others = [LABELS[each.name].lower() for each in kinds[1:3]]
        also = f"; it may also be {' or '.join(others)}" if others else ""
        asked.warn(f"{sample.name} is perhaps {LABELS[kinds[0].name].lower()}{also}.")


def _text(
    made: Sequence[tuple[str, Table, Sample, Tree]], paths: list[Path], asked: Asked
) -> tuple[str, list[str]]:
    """Return the mapping of all tables as YAML, and the types of its events."""
    kind, table, sample, _ = made[0]
    name = name_of(paths[0])
    tree = composing.top(kind, table, sample, name)
    if kind == "event_log":
        if len(made) > 1:
            asked.warn(
                "An event log is imported by itself; only the first table is in the mapping."
            )
        tree |= made[0][3]
        return _with_reasons(tree, made[:1], asked), ["process.activity"]
    rest = [each for each in made if each[0] != "event_log"]
    trees = _renamed([each[3] for each in rest])
    tree |= composing.currency(table, trees)
    _same_writing(rest, asked)
    for one, told, its, written_so in sorted(
        rest, key=lambda each: each[0] not in composing.MASTER
    ):
        if _needs_day(written_so):
            tree |= _since(one, told, its)
    if all(each[0] in composing.MASTER for each in rest):
        tree["recorded"] = "import"
    tree["tables"] = trees
    types = [event["type"] for each in trees for event in composing.events_of(each["rules"])]
    return _with_reasons(tree, rest, asked), list(dict.fromkeys(types))


def _since(kind: str, table: Table, sample: Sample) -> Tree:
    if kind in composing.MASTER:
        from datetime import date  # noqa: PLC0415

        return {"as_of": date(1970, 1, 1)}
    return composing.as_of(table, sample)


def _needs_day(tree: Tree) -> bool:
    return bool(tree["time"] == {"as_of": True})


def _renamed(trees: list[Tree]) -> list[Tree]:
    """Give tables of one name their numbers."""
    seen: dict[str, int] = {}
    found = []
    for tree in trees:
        seen[tree["name"]] = seen.get(tree["name"], 0) + 1
        count = seen[tree["name"]]
        found.append(tree | ({"name": f"{tree['name']}_{count}"} if count > 1 else {}))
    return found


def _same_writing(made: Sequence[tuple[str, Table, Sample, Tree]], asked: Asked) -> None:
    ways = {(each[2].encoding, each[2].delimiter, each[1].style) for each in made}
    if len(ways) > 1:
        asked.warn(
            "The files are written in different ways (encoding, delimiter or numbers): bring "
            "them in one after the other."
        )


def _with_reasons(
    tree: Tree, made: Sequence[tuple[str, Table, Sample, Tree]], asked: Asked
) -> str:
    """Return `tree` as YAML with the reason behind each guess."""
    notes: dict[str, str] = {}
    for key, question in asked.questions.items():
        if key in {"source", "zone", "currency", "as_of", "process"}:
            assumed = "assumed: " if question.is_assumed else ""
            notes[key] = f"{assumed}{question.why}" if question.is_assumed else "you said so"
    if "number" in tree:
        notes["number"] = "how the file writes 1234.56"
    for number, (_, table, _, one) in enumerate(made):
        notes |= _reasons(f"tables.{number}.", table, one, asked)
    head = ["What `sightline import --suggest` made of it. Read it through: what is marked",
            "`assumed` stands in no file. docs/mappings.md explains every key."]  # fmt: skip
    return written(tree, notes, head)


def _reasons(path: str, table: Table, tree: Tree, asked: Asked) -> dict[str, str]:
    """Return path → reason for the values of one table."""
    by_column = {guess.column: guess for guess in table.guesses}
    notes = {}
    values = {"time": tree.get("time")} | {
        f"common.{name}": value for name, value in tree.get("common", {}).items()
    }
    for place, value in values.items():
        column = value if isinstance(value, str) else (value or {}).get("column", "")
        if column in by_column:
            guess = by_column[column]
            notes[path + place] = f"{guess.confidence:.0%}: {guess.why}"
        field = place.removeprefix("common.")
        if isinstance(value, dict) and "value" in value and field in asked.questions:
            question = asked.questions[field]
            notes[path + place] = (
                f"assumed: {question.why}" if question.is_assumed else "you said so"
            )
    return notes
