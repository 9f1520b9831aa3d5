# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline up``: everything in one process."""

import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import click

from sightline.intake.token import token_of
from sightline.settings import Settings
from sightline.supervisor import end_process

if TYPE_CHECKING:
    from sightline.engine import Engine
    from sightline.supervisor import Worker

TERMINATED = 143  # what shells expect of a program that SIGTERM ended


@click.command()
@click.pass_obj
def command(settings: Settings) -> None:
    """Run everything in this process until Ctrl-C."""
    run_up(settings)


def run_up(
    settings: Settings,
    *,
    extra: Callable[["Engine"], Sequence["Worker"]] = lambda _: (),
    on_start: Callable[[], None] = lambda: None,
) -> None:
    """Run stream, rules, miner and dashboard until a signal ends them.

    Parameters
    ----------
    extra
        Makes further workers for the opened engine.
    on_start
        Called when the dashboard begins to listen.
    """
    token = token_of(settings)
    from dashboard import server  # noqa: PLC0415 - streamlit takes seconds to import
    from sightline import engine  # noqa: PLC0415 - as do bytewax and chDB
    from sightline.intake.intake import Intake  # noqa: PLC0415 - and the catalogue
    from sightline.supervisor import Steady  # noqa: PLC0415

    server.check_free(settings.host, settings.port)
    with engine.opened(settings) as opened:
        intake = Intake.of(settings, opened.log, opened.store, token=token)

        @asynccontextmanager
        async def lifespan(_: Any) -> AsyncIterator[None]:
            with opened.running([*extra(opened), Steady("intake", intake.acceptor.run)]):
                on_start()
                yield

        click.echo(
            f"Sightline is at {settings.url} (data in {settings.home}); Ctrl-C stops.", err=True
        )
        ended_by = server.serve(
            server.build_app(lifespan=lifespan, extra_routes=intake.routes()),
            settings.host,
            settings.port,
        )
    end_process(TERMINATED if ended_by == signal.SIGTERM else 0, busy=opened.busy)
