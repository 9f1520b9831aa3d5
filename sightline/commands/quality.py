# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline quality``: what is wrong with the data."""

from contextlib import closing
from typing import Any

import click
import msgspec
import pyarrow as pa

from sightline.aid.quality import Checkup, Finding, check, check_one, file_to_fill, find
from sightline.aid.quality.checking import settled_letters
from sightline.clock import wall_clock
from sightline.commands.output import FORMATS, echo, format_option
from sightline.desk import Desk
from sightline.errors import ParameterError
from sightline.log import open_any
from sightline.rules.standing import business_time
from sightline.settings import Settings
from sightline.store import Store

FEW, ALL = 20, 200_000
_JSON = msgspec.json.Encoder(decimal_format="number")


@click.command()
@click.option("--rule", default="", help="Print every row of one rule.")
@click.option("--fill", is_flag=True, help="With --rule: print the file to fill in, as CSV.")
@format_option(*FORMATS)
@click.pass_obj
def command(settings: Settings, rule: str, fill: bool, fmt: str) -> None:  # noqa: FBT001
    """Print what is wrong with the data and how to mend it; reads only.

    Without --rule one line per finding, the gravest first; JSON holds the first rows of each.
    With --fill a file that `sightline import` takes once its empty cells are filled in.
    """
    if fill and not rule:
        raise ParameterError("--fill needs --rule; name the rule whose lines you want.")
    chosen = find(rule) if rule else None
    with Store.open(settings) as store, closing(Desk.open(settings)) as desk:
        store.migrate()
        with closing(open_any(settings)) as log:
            settled = settled_letters(desk, log.generation)
        now = wall_clock()
        as_of = business_time(store, desk, now=now) or now
        if chosen is None:
            found = check(store, as_of=as_of, settled=settled, most=FEW)
        else:
            whole = check_one(store, chosen, as_of=as_of, settled=settled, most=ALL)
    if chosen is None:
        _print(found, fmt)
    elif fill:
        _fill(whole)
    else:
        echo(whole.rows.drop_columns("row"), fmt)


def _print(found: Checkup, fmt: str) -> None:
    if fmt == "json":
        click.echo(_JSON.encode(_document(found)))
        return
    rows = [
        {"severity": each.rule.severity, "rule": each.rule.name, "found": each.title}
        for each in found.findings
    ]
    if rows or fmt == "csv":
        names = ("severity", "rule", "found")
        echo(pa.Table.from_pylist(rows, pa.schema([(n, pa.string()) for n in names])), fmt)
    if fmt == "table":
        some = "" if rows else "no findings: "
        click.echo(
            f"{some}checked {found.rules} rules over {found.events} events and {found.records} "
            f"master records, as of {found.as_of:%Y-%m-%dT%H:%MZ}"
        )


def _document(found: Checkup) -> dict[str, Any]:
    return {
        "as_of": found.as_of,
        "rules": found.rules,
        "events": found.events,
        "records": found.records,
        "findings": [
            {
                "rule": each.rule.name,
                "severity": each.rule.severity,
                "found": each.title,
                "total": each.total,
                "why": each.rule.why,
                "mend": each.rule.mend,
                "template": f"{each.rule.template}.csv" if each.rule.template else None,
                "rows": each.rows.drop_columns("row").to_pylist(),
            }
            for each in found.findings
        ],
    }


def _fill(found: Finding) -> None:
    file = file_to_fill(found)
    if file is None:
        raise ParameterError(
            f"No file mends {found.rule.name}; expected a rule with a template. "
            f"{found.rule.mend}"
        )
    _, columns, lines = file
    table = pa.table({name: [line[at] for line in lines] for at, name in enumerate(columns)})
    echo(table.cast(pa.schema([(name, pa.string()) for name in columns])), "csv")
