# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ``sightline`` command: a table of commands, each loaded when it is asked for."""

import os
import sys
from importlib import import_module
from keyword import iskeyword

import click

from sightline.errors import SightlineError, one_line
from sightline.settings import Settings

COMMANDS = {
    "backup": "Write the event log and the desk to a new FILE; safe while everything runs.",
    "demo": "Fill an empty home with an invented company, open the dashboard, keep it alive.",
    "dlq": "Look at dead letters, send them again or set them aside.",
    "doctor": "Check everything and say what to do; changes nothing.",
    "events": "List and describe the event types.",
    "import": "Append files to the event log.",
    "log": "Look into the event log; reads only.",
    "migrate": "Create or upgrade the tables; safe to run again.",
    "mine": "Mine processes and show what was found; all commands but `run` only read.",
    "positions": "Print inventory positions, current ones or as known then; reads only.",
    "quality": "Print what is wrong with the data and how to mend it; reads only.",
    "replay": "Compute tables anew from the event log, beside the live ones, then swap them.",
    "restore": "Put the backup FILE into the home; refused when anything would be lost.",
    "run": "Process what is in the event log.",
    "savepoint": "Keep the state of the stream under a name, and go back to it.",
    "simulate": "Invent a company's events from one seed, and write down what is true of it.",
    "sql": "Answer one SQL question; reads only.",
    "stream": "Run the stream alone, over all partitions or a share of them.",
    "up": "Run everything in this process until Ctrl-C.",
    "watch": "Take new files of a folder, and new rows of growing ones.",
}
"""Command → its help line; the code is `command` in the module that `module_of` names."""

INTERRUPTED = 130  # what shells expect of a program that Ctrl-C ended


class _LazyGroup(click.Group):
    """Import a command when it runs; print our own errors as one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        return load(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SightlineError as error:
            click.echo(f"sightline: {one_line(error)}", err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            click.echo("sightline: stopped", err=True)
            sys.exit(INTERRUPTED)


def load(name: str) -> click.Command:
    """Return the command called `name`; importing it may take seconds."""
    command: click.Command = import_module(module_of(name)).command
    return command


def module_of(name: str) -> str:
    """Return the module that holds the command called `name`: ``import`` is in ``import_``."""
    return f"sightline.commands.{name}{'_' if iskeyword(name) else ''}"


@click.group(cls=_LazyGroup)
@click.version_option(package_name="sightline", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Watch a distribution business as it happens."""
    ctx.obj = Settings.from_env(os.environ)
