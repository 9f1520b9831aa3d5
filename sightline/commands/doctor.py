# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline doctor``: what is wrong, and what to do."""

import json
import os
import sys
from dataclasses import fields

import click

from sightline.settings import Settings, variable

SIGNS = {"ok": "ok  ", "note": "note", "warning": "WARN", "failed": "FAIL"}
COLOURS = {"ok": "green", "note": "blue", "warning": "yellow", "failed": "red"}
FAILED = 2


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def command(settings: Settings, form: str) -> None:
    """Check everything and say what to do; changes nothing."""
    from sightline.aid.doctor import examined  # noqa: PLC0415 - it opens the store

    names = [name for name in os.environ if name.startswith("SIGHTLINE_")]
    known = [variable(each.name) for each in fields(Settings)]
    found = []
    for finding in examined(settings, set_names=names, known=known):
        found.append(finding)
        if form == "text":
            _tell(finding.status, finding.check, finding.found, finding.advice)
    if form == "json":
        click.echo(json.dumps([each.as_dict() for each in found]))
    else:
        _sum_up([each.status for each in found])
    if any(each.status == "failed" for each in found):
        sys.exit(FAILED)


def _tell(status: str, check: str, found: str, advice: str) -> None:
    sign = click.style(SIGNS[status], fg=COLOURS[status])
    click.echo(f"{sign}  {check:<10}  {found}")
    if advice:
        click.echo(f"{'':<4}  {'':<10}  → {advice}")


def _sum_up(statuses: list[str]) -> None:
    failed, warned = statuses.count("failed"), statuses.count("warning")
    if failed or warned:
        click.echo(f"{failed} failed, {warned} warnings, {len(statuses)} checks")
    else:
        click.echo(f"all well: {len(statuses)} checks")
