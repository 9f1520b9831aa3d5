# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline dlq``: dead letters, and what to do about them."""

import getpass
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline.commands import output
from sightline.errors import HeldError, LetterError
from sightline.settings import Settings

if TYPE_CHECKING:
    from sightline.aid.letters import Letters, Outcome, Wanted
    from sightline.desk import Place

DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]
STATES = ("open", "retried", "discarded", "released", "all")
KINDS = ("malformed", "conflict", "quarantine")
MARKED = "\x1b[1m\x1b[33m{}\x1b[0m"
SHOWN_REASONS = 10


def _filters(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which letters."""
    for option in (
        click.option("--state", type=click.Choice(STATES), default="open", show_default=True),
        click.option("--since", type=click.DateTime(DATES), help="At the earliest, UTC."),
        click.option("--source", default="", help="Source of the event."),
        click.option("--kind", type=click.Choice(KINDS)),
        click.option("--reason", default="", help="The word that reasons begin with."),
    ):
        function = option(function)
    return function


@click.group("dlq")
def command() -> None:
    """Look at dead letters, send them again or set them aside."""


@command.command("list")
@_filters
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1_000_000))
@output.format_option(*output.FORMATS)
@click.pass_obj
def list_(settings: Settings, /, limit: int, fmt: str, **asked: Any) -> None:
    """Show dead letters, the latest first."""
    from sightline.aid.letters.table import table_of  # noqa: PLC0415 - pyarrow takes a while

    with _opened(settings) as book:
        places = book.places(_wanted(asked))
        output.echo(table_of(book.at(places[:limit]), is_brief=fmt == "table"), fmt)
    if len(places) > limit:
        click.echo(f"{len(places) - limit} more; --limit shows them", err=True)


@command.command()
@click.argument("letter")
@click.option("--raw", is_flag=True, help="Only what came, to mend it.")
@click.pass_obj
def show(settings: Settings, letter: str, *, raw: bool) -> None:
    """Show one dead letter: what came, what is wrong with it, what to do."""
    from sightline.aid.letters import place_of  # noqa: PLC0415
    from sightline.aid.letters.describing import text_of, told  # noqa: PLC0415
    from sightline.aid.letters.original import originals  # noqa: PLC0415

    with _opened(settings) as book:
        found = book.one(place_of(letter))
        original = originals(book.log, [found.place])[found.place]
        if raw:
            click.echo(text_of(original, found))
            return
        for line in told(found, original, book.later(found)):
            text = output.printable(line.text)
            click.echo(_marked(text) if line.is_marked else text)


@command.command()
@click.argument("letters", nargs=-1)
@click.option(
    "--all-matching", is_flag=True, help="All that fit the options, instead of names."
)
@_filters
@click.option("--mapping", default="", help="Name or path, for refused rows of imports.")
@click.option("--edit", type=click.File("rb"), help="The event as mended; - reads stdin.")
@click.option("--note", default="", help="Why.")
@click.pass_obj
def retry(  # noqa: PLR0913  one parameter per option
    settings: Settings,
    /,
    letters: tuple[str, ...],
    *,
    all_matching: bool,
    mapping: str,
    edit: Any,
    note: str,
    **asked: Any,
) -> None:
    """Send dead letters again: as they came, mended, or through a changed mapping.

    Refused rows of an import go through its mapping as it is now and get the ids that the
    import would have given them. What would be refused again at once is not sent.
    """
    from sightline.aid.letters import Sender  # noqa: PLC0415

    with _opened(settings) as book:
        chosen = book.at(_places(book, letters, asked, all_matching=all_matching))
        sender = Sender(book, _who())
        if edit:
            if len(chosen) != 1:
                raise LetterError(
                    f"--edit mends one letter, not {len(chosen)}; name the one it is for."
                )
            outcomes = [sender.send_mended(chosen[0], edit.read(), note=note)]
        else:
            path = mapping if not Path(mapping).is_file() else str(Path(mapping).absolute())
            outcomes = sender.send(chosen, mapping=path, note=note)
    _tell(outcomes)


@command.command()
@click.argument("letters", nargs=-1)
@click.option(
    "--all-matching", is_flag=True, help="All that fit the options, instead of names."
)
@_filters
@click.option("--note", required=True, help="Why; stays with the letter.")
@click.pass_obj
def discard(
    settings: Settings,
    /,
    letters: tuple[str, ...],
    *,
    all_matching: bool,
    note: str,
    **asked: Any,
) -> None:
    """Set dead letters aside for a reason; nothing is deleted."""
    with _opened(settings) as book:
        places = _places(book, letters, asked, all_matching=all_matching)
        number = book.discard(places, who=_who(), note=note)
    click.echo(f"{number} discarded; `sightline dlq reopen` takes it back")


@command.command()
@click.argument("letters", nargs=-1, required=True)
@click.pass_obj
def reopen(settings: Settings, letters: tuple[str, ...]) -> None:
    """Open dead letters again that were discarded or retried."""
    with _opened(settings) as book:
        places = _named(book, letters)
        number = book.reopen(places)
    click.echo(f"{number} open again")


@contextmanager
def _opened(settings: Settings) -> Iterator["Letters"]:
    from sightline.aid.letters import Letters  # noqa: PLC0415 - chDB takes seconds to import
    from sightline.desk import Desk  # noqa: PLC0415
    from sightline.log import open_any  # noqa: PLC0415
    from sightline.store import Store  # noqa: PLC0415

    try:
        store = Store.open(settings)
    except HeldError as error:
        raise HeldError(
            f"{error} While `sightline up` runs, use its page {settings.url}/letters."
        ) from error
    with store, closing(Desk.open(settings)) as desk, closing(open_any(settings)) as log:
        store.migrate()
        yield Letters(store, desk, log)


def _wanted(asked: dict[str, Any]) -> "Wanted":
    from sightline.aid.letters import Wanted  # noqa: PLC0415

    since = asked.pop("since")
    given = {name: value for name, value in asked.items() if value}
    return Wanted(**given, **({"since": since.replace(tzinfo=UTC)} if since else {}))


def _places(
    book: "Letters", names: Sequence[str], asked: dict[str, Any], *, all_matching: bool
) -> list["Place"]:
    if bool(names) == all_matching:
        raise LetterError(
            "Name the letters, or say --all-matching with options that choose them; expected "
            "one of the two. `sightline dlq list` shows them."
        )
    return book.places(_wanted(asked)) if all_matching else _named(book, names)


def _named(book: "Letters", names: Sequence[str]) -> list["Place"]:
    from sightline.aid.letters import place_of  # noqa: PLC0415

    return [book.one(place_of(name)).place for name in dict.fromkeys(names)]


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _marked(text: str) -> str:
    return MARKED.format(text) if sys.stdout.isatty() else text


def _tell(outcomes: Sequence["Outcome"]) -> None:
    from sightline.aid.letters import summed  # noqa: PLC0415

    sent, why = summed(outcomes)
    if sent:
        click.echo(f"{sent} sent again; the stream takes them in when it runs")
    for said, number in why.most_common(SHOWN_REASONS):
        click.echo(f"{number} not sent: {output.printable(said)}")
    if len(why) > SHOWN_REASONS:
        click.echo(f"and {len(why) - SHOWN_REASONS} more reasons")
    if not outcomes:
        click.echo("no dead letter fits; nothing was sent")
    elif not sent:
        sys.exit(2)
