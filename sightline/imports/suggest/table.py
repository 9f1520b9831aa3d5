# SPDX-License-Identifier: AGPL-3.0-or-later
"""One table of a mapping in the making: values of columns as a mapping writes them."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sightline.imports.conditions import numbers
from sightline.imports.suggest.asking import Asked
from sightline.imports.suggest.clocks import time_format
from sightline.imports.suggest.columns import Column
from sightline.imports.suggest.meanings import SKIP, Guess
from sightline.imports.suggest.names import in_brackets, words_of
from sightline.imports.suggest.units_said import code_of

Tree = dict[str, Any]
MOST_EXTRAS = 24
CANCELLED = ("cancelled", "canceled", "cancel", "void", "voided", "storniert", "storno",
             "annule",
             "annulee", "anulado", "cancelado", "abgesagt", "deleted", "rejected")  # fmt: skip
UNSURE = ("draft", "quotation", "quote", "sent", "pending", "waiting", "confirmed", "assigned",
          "entwurf", "angebot", "brouillon", "devis", "borrador", "presupuesto")  # fmt: skip

DONE = {"done", "sale", "purchase", "completed", "complete", "posted", "closed", "fulfilled",
        "paid", "shipped", "delivered", "erledigt", "valide", "hecho", "salesorder",
        "purchaseorder", "locked"}  # fmt: skip


@dataclass(slots=True)
class Table:
    """What the rules of a table are written from.

    Attributes
    ----------
    name
        Of the file or sheet.
    known
        Meaning → guess.
    notes
        Name of a field → reason, written behind it.
    """

    name: str
    known: Mapping[str, Guess]
    columns: Mapping[str, Column]
    guesses: Sequence[Guess]
    asked: Asked
    language: str
    style: str
    notes: dict[str, str] = field(default_factory=dict)

    def has(self, *meanings: str) -> bool:
        """Tell whether all `meanings` were found."""
        return all(meaning in self.known for meaning in meanings)

    def first(self, *meanings: str) -> str:
        """Return the first of `meanings` that was found, "" for none."""
        return next((meaning for meaning in meanings if meaning in self.known), "")

    def column(self, meaning: str) -> Column:
        """Return the column that has `meaning`."""
        return self.columns[self.known[meaning].column]

    def text(self, meaning: str, **more: Any) -> Any:
        """Return the value of a code or a name, as a mapping writes it."""
        column = self.column(meaning)
        tree = {"column": column.name} | _nulls(column) | more
        plain = len(tree) == 1 and "{" not in column.name
        return column.name if plain else tree

    def texts(self, **fields: str) -> Tree:
        """Return those fields whose meaning was found: field → value."""
        return {
            name: self.text(meaning) for name, meaning in fields.items() if self.has(meaning)
        }

    def number(
        self, meaning: str, *, is_signed: bool = False, negate: bool = False
    ) -> Tree | str:
        """Return the value of a quantity: rounded and without sign where that is needed."""
        column = self.column(meaning)
        tree: Tree = {"column": column.name} | _nulls(column)
        if not is_signed and (column.below or negate):
            tree["abs"] = True
        if negate:
            tree["negate"] = True
        if column.decimals > 4:  # noqa: PLR2004
            tree["round"] = 4
        return column.name if len(tree) == 1 and "{" not in column.name else tree

    def money(self, field: str, *meanings: str) -> Tree:
        """Return a price or cost under `field`, where there is one in one currency."""
        meaning = self.first(*meanings)
        if not meaning or (self.has("currency") and self.column("currency").distinct > 1):
            return {}
        column = self.column(meaning)
        if not column.is_clean:  # events need no price, so no row is refused for one
            return {}
        tree = {"column": column.name} | _nulls(column)
        return {field: column.name if len(tree) == 1 and "{" not in column.name else tree}

    def time(self, meaning: str) -> Tree | str:
        """Return the value of a time with its formats, and the hour from another column."""
        column = self.column(meaning)
        moments = column.moments
        if moments is None:
            return column.name
        if meaning == "time" and self.has("time_of_day") and not moments.has_time:
            joined = self._with_clock(column)
            if joined:
                return joined
        tree: Tree = {"column": column.name}
        words = [text for text in moments.odd if not any(each.isdigit() for each in text)]
        odd = list(dict.fromkeys([*column.placeholders, *words]))
        if odd:
            tree["nulls"] = odd
        formats = self.formats(column)
        if formats:
            tree["formats"] = formats
        return column.name if len(tree) == 1 and "{" not in column.name else tree

    def formats(self, column: Column) -> list[str]:
        """Return the formats of a column of times, the day first or second as was answered."""
        moments = column.moments
        if moments is None or not moments.formats:
            return []
        if not moments.is_open:
            return list(moments.formats)
        answer = self.asked.ask(
            "dates",
            f"Is {column.examples[0]!r} written day first or month first?",
            "day" if self.language != "English" else "month",
            f"no date in {column.name!r} shows it; "
            + (
                "the columns are English"
                if self.language == "English"
                else "usual outside the US"
            ),
            ("day", "month"),
        )
        swap = {"%d": "%m", "%m": "%d"}
        if answer == moments.order:
            return list(moments.formats)
        return [re.sub("%[dm]", lambda found: swap[found[0]], each) for each in moments.formats]

    def day(self, meaning: str) -> Tree | str:
        """Return the value of a date; it is written as a time is."""
        return self.time(meaning)

    def template(self, *parts: str) -> str:
        """Return a text made of columns, the row's number where a part is ``row``."""
        places = []
        for part in parts:
            name = "row" if part == "row" else self.known[part].column
            if "{" in name or "}" in name:
                return f"{slug(self.name.lower())}/{{row}}"
            places.append(f"{{{name}}}")
        return "/".join(places)

    def line_id(self, *documents: str, lines: Sequence[str] = ("line",)) -> str:
        """Return what tells order lines apart: document and line, else document and row."""
        document = self.first(*documents)
        if not document:
            return f"{slug(self.name.lower())}/{{row}}"
        line = self.first(*lines)
        if line and line != document and self.is_unique(document, line):
            return self.template(document, line)
        return self.template(document, "row")

    def is_unique(self, *meanings: str) -> bool:
        """Tell whether no two rows looked at agree in the columns of `meanings`."""
        texts = [self.column(each).texts.alias(each) for each in meanings]
        frame = pl.DataFrame(texts).drop_nulls()
        return frame.height > 0 and frame.n_unique() == frame.height

    def values(self, meaning: str) -> pl.Series:
        """Return numbers of a column, one per row looked at; null where there is none."""
        column = self.column(meaning)
        return numbers(column.texts, column.style)

    def extras(self, used: Collection[str]) -> Tree:
        """Return what no event took, as further details: ``ext.name`` → column.

        Parameters
        ----------
        used
            Columns that the mapping reads already.
        """
        found: Tree = {}
        for guess in sorted(self.guesses, key=lambda guess: guess.meaning != "description"):
            column = self.columns[guess.column]
            is_wanted = column.count and guess.meaning != SKIP and column.name not in used
            name = slug(guess.column, "_") or "column"
            if is_wanted and f"ext.{name}" not in found and len(found) < MOST_EXTRAS:
                found[f"ext.{name}"] = self._plain(column)
        return found

    def rejected_states(self) -> list[Tree]:
        """Return rules that reject rows that never came to be, by their status."""
        if not self.has("status"):
            return []
        column = self.column("status")
        said = {text: "".join(words_of(text)) for text in column.counted}
        rules = []
        for reason, words in (("cancelled", CANCELLED), ("not_confirmed", UNSURE)):
            found = [text for text, plain in said.items() if plain in words]
            if found and (reason == "cancelled" or _has_done(said)):
                rules.append({"when": {column.name: {"in": found}}, "reject": reason})
        return rules

    def unit(self) -> Any:
        """Return the value of the unit: a column with its codes, or a constant."""
        if self.has("uom"):
            return self._unit_column(self.column("uom"))
        quantity = self.first("qty", "on_hand", "received_qty", "shipped_qty", "qty_in")
        told = code_of(in_brackets(self.known[quantity].column)) if quantity else ""
        default = told or "EA"
        why = f"{self.known[quantity].column!r} says it" if told else "most count in pieces"
        return {
            "value": self.asked.ask("uom", "In which unit are the quantities?", default, why)
        }

    def place(self, *meanings: str) -> Any:
        """Return the value of the location: a column, or a constant."""
        meaning = self.first(*meanings)
        if not meaning:
            return {"value": self._one_place()}
        column = self.column(meaning)
        if column.filled < 1:
            return self.text(meaning, default=self._one_place())
        return self.text(meaning)

    def _one_place(self) -> str:
        return self.asked.ask(
            "loc", "Which location are the rows about?", "MAIN", "no column names one"
        )

    def _unit_column(self, column: Column) -> Any:
        codes = {text: code_of(text) for text in column.counted}
        unknown = [text for text, code in codes.items() if not code]
        if unknown:
            shown = ", ".join(unknown[:6])
            self.asked.warn(
                f"Nobody knows the units {shown} in {column.name!r}: rows with them will be "
                "refused until the mapping's `map:` gives their codes (EA, KGM, CT, …)."
            )
        tree: Tree = {"column": column.name} | _nulls(column)
        changed = {text: code for text, code in codes.items() if code and code != text}
        if changed:
            tree["map"] = changed
        if column.filled < 1:
            tree["default"] = self.asked.ask(
                "uom", "Which unit have rows without one?", "EA", "most count in pieces"
            )
        return column.name if len(tree) == 1 else tree

    def _with_clock(self, column: Column) -> Tree | None:
        clock = self.column("time_of_day")
        if isinstance(column.values.dtype, pl.Datetime) or not clock.count:
            return None
        shown = str(clock.texts.drop_nulls()[0])
        days = self.formats(column) or ["%Y-%m-%d"]
        return {
            "text": f"{{{column.name}}} {{{clock.name}}}",
            "formats": [f"{day} {time_format(shown)}" for day in days],
        }

    def _plain(self, column: Column) -> Any:
        tree = {"column": column.name} | _nulls(column)
        return column.name if len(tree) == 1 and "{" not in column.name else tree


def slug(text: str, gap: str = "-") -> str:
    """Return `text` as a name that needs no quotes anywhere.

    >>> slug("Bestände 2024.csv"), slug("Freight Cost (USD)", "_")
    ('bestande-2024-csv', 'freight_cost_usd')
    """
    return gap.join(words_of(text))[:60]


def _nulls(column: Column) -> Tree:
    return {"nulls": list(column.placeholders)} if column.placeholders else {}


def _has_done(said: Mapping[str, str]) -> bool:
    """Tell whether some rows are further than those that nobody confirmed."""
    return any(plain in DONE for plain in said.values())
