# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline demo``: everything in one process, with an invented company to look at."""

import os
import signal
import socket
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from threading import Event, Thread
from typing import TYPE_CHECKING

import click

from sightline.intake.token import token_of
from sightline.settings import Settings

if TYPE_CHECKING:
    from sightline.engine import Engine
    from sightline.sim.home import Opening
    from sightline.supervisor import Worker

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
WAIT_FOR_SERVER_S, LOOK_EVERY_S = 60, 0.5


@click.command()
@click.option(
    "--scenario", default="", help="What goes wrong: J4, …; `simulate --list` shows all."
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop by itself after so many seconds.",
)
@click.pass_obj
def command(
    settings: Settings, *, scenario: str, no_browser: bool, seconds: float | None
) -> None:
    """Fill an empty home with an invented company, open the dashboard, keep it alive."""
    from sightline.clock import wall_clock  # noqa: PLC0415 - help need not wait for Arrow
    from sightline.commands.up import run_up  # noqa: PLC0415
    from sightline.sim.feeder import Feeder  # noqa: PLC0415
    from sightline.supervisor import Steady  # noqa: PLC0415

    token_of(settings)  # a home is not filled for a command that will not start
    opening = _open(settings, scenario)
    _tell(opening, settings)
    timer = _Timer(seconds or 0)

    def workers(engine: "Engine") -> Sequence["Worker"]:
        feeder = Feeder(settings.home, engine.log, opening, wall_clock)
        timers = [Steady("timer", timer.run)] if seconds else []
        return [Steady("demo", feeder.run), *timers]

    def show() -> None:
        if not no_browser and has_screen(sys.platform, os.environ):
            Thread(target=_browse, args=(settings,), daemon=True).start()

    try:
        run_up(settings, extra=workers, on_start=show)
    except KeyboardInterrupt:
        if not timer.rang:
            raise


def has_screen(platform: str, environ: Mapping[str, str]) -> bool:
    """Tell whether a browser window could appear; on Linux only beside a display server."""
    return platform != "linux" or any(environ.get(name) for name in DISPLAYS)


def _open(settings: Settings, scenario: str) -> "Opening":
    from sightline.clock import wall_clock  # noqa: PLC0415
    from sightline.log import open_log  # noqa: PLC0415
    from sightline.sim import home  # noqa: PLC0415

    click.echo("demo: inventing weeks of a distributor; that takes some seconds", err=True)
    settings.home.mkdir(parents=True, exist_ok=True)
    log = open_log(settings)
    try:
        return home.begin(settings.home, log, wall_clock(), scenario)
    finally:
        log.close()


def _tell(opening: "Opening", settings: Settings) -> None:
    from sightline.sim import scenarios  # noqa: PLC0415
    from sightline.sim.engine.moments import time_of  # noqa: PLC0415

    scenario = scenarios.find(opening.marker.told.scenario)
    until = time_of(opening.marker.until)
    told = f"{opening.logged:,} invented events are new" if opening.logged else "it goes on"
    click.echo(
        f"demo: {told} in {settings.home}, up to {until:%A %H:%M} UTC; what followed "
        "comes within minutes, then life goes on at its own pace.\n"
        f"demo: {scenario.name}: {scenario.story}\n"
        f"demo: look at {settings.url}"
    )
    for page, shown in scenario.look.items():
        click.echo(f"demo:   {page}: {shown}")


def _browse(settings: Settings) -> None:
    """Open a browser once the server answers."""
    pause = Event()
    for _ in range(int(WAIT_FOR_SERVER_S / LOOK_EVERY_S)):
        with socket.socket() as probe:
            if probe.connect_ex((settings.host, settings.port)) == 0:
                webbrowser.open(settings.url)
                return
        pause.wait(LOOK_EVERY_S)


class _Timer:
    """Ends the process after `seconds` as Ctrl-C does."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.rang = False

    def run(self, stop: Event) -> None:
        if not stop.wait(self._seconds):
            self.rang = True
            os.kill(os.getpid(), signal.SIGINT)
