# SPDX-License-Identifier: AGPL-3.0-or-later
"""The machine: Python, packages, the clock, the port."""

import json
import os
import platform
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from tempfile import TemporaryFile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from sightline.aid.doctor.finding import Finding, failed, note, ok, warning
from sightline.clock import Clock
from sightline.settings import Settings

SKEW = timedelta(seconds=5)
ANSWER_SECONDS = 2.0


def python() -> Iterator[Finding]:
    """Tell whether this Python is one that Sightline is made for."""
    wanted = metadata("sightline")["Requires-Python"]
    found = platform.python_version()
    if found in SpecifierSet(wanted):
        yield ok("python", f"Python {found}")
    else:
        yield failed("python", f"Python {found}; expected {wanted}", "Install 3.11 or 3.12.")


def packages() -> Iterator[Finding]:
    """Tell which required packages are missing or of another version than expected."""
    wanted = [Requirement(text) for text in requires("sightline") or []]
    wanted = [each for each in wanted if each.marker is None or each.marker.evaluate()]
    wrong = [text for text in map(_unmet, wanted) if text]
    if wrong:
        advice = f"{Path(sys.executable).name} -m pip install --upgrade sightline"
        yield failed("packages", "; ".join(wrong), f"Run: {advice}")
    else:
        yield ok("packages", f"all {len(wanted)} required packages are there")


def _unmet(wanted: Requirement) -> str:
    try:
        found = version(wanted.name)
    except PackageNotFoundError:
        return f"{wanted.name} is missing; expected {wanted.specifier or 'any version'}"
    if wanted.specifier.contains(found, prereleases=True):
        return ""
    return f"{wanted.name} is {found}; expected {wanted.specifier}"


def clock(settings: Settings, now: Clock, *, newest_ms: int | None) -> Iterator[Finding]:
    """Compare the clock with that of the disk and with the newest entry of the log.

    Parameters
    ----------
    newest_ms
        When the newest batch of the log was written, milliseconds since 1970; None without.
    """
    ahead = _disk_time(settings, now) - now()
    if abs(ahead) > SKEW:
        yield warning(
            "clock",
            f"the disk of {settings.home} is {ahead.total_seconds():+.0f} s off this machine",
            "Let both take their time from the same server (NTP).",
        )
    if newest_ms is not None and newest_ms / 1000 > now().timestamp() + SKEW.total_seconds():
        late = newest_ms / 1000 - now().timestamp()
        yield warning(
            "clock",
            f"the newest entry of the log was written {late:.0f} s from now",
            "The clock was set back: set it right, or new events look older than they are.",
        )
    elif abs(ahead) <= SKEW:
        yield ok("clock", f"{now():%Y-%m-%d %H:%M:%S} UTC agrees with the disk and the log")
    yield from _zones()


def _disk_time(settings: Settings, now: Clock) -> datetime:
    """Return what time it is where the home lies: a server's clock, on a network drive."""
    folder = next(each for each in (settings.home, *settings.home.parents) if each.exists())
    try:
        with TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
            probe.flush()
            return datetime.fromtimestamp(os.fstat(probe.fileno()).st_mtime, UTC)
    except OSError:  # the check of the folder tells it
        return now()


def _zones() -> Iterator[Finding]:
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        yield failed("clock", "no time zones are known", "Install the package tzdata.")


def port(settings: Settings) -> Iterator[Finding]:
    """Tell whether the dashboard can listen, or who answers there."""
    where = f"{settings.host}:{settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as error:
        yield _taken(settings, where, error)
    else:
        yield ok("port", f"{where} is free")


def _taken(settings: Settings, where: str, error: OSError) -> Finding:
    answer = _health(settings)
    if answer is None:
        return failed(
            "port",
            f"{where} cannot be listened on ({error.strerror})",
            "Stop the other program, or set SIGHTLINE_PORT and SIGHTLINE_URL.",
        )
    status, said = answer
    if status == 200:  # noqa: PLR2004  HTTP's own number
        return ok("port", f"Sightline answers at {where} and is ready")
    return warning("port", f"Sightline answers at {where}: {said}", "See its own messages.")


def _health(settings: Settings) -> tuple[int, str] | None:
    """Ask who listens; None when it is not Sightline."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}/healthz"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=ANSWER_SECONDS) as answer:
            return answer.status, _said(answer.read(4096))
    except urllib.error.HTTPError as error:
        said = _said(error.read(4096))
        return (error.code, said) if said else None
    except (OSError, ValueError):
        return None


def _said(body: bytes) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    return ", ".join(f"{name} {value}" for name, value in told.items()) if told else ""


def environment(settings: Settings, names: list[str], known: list[str]) -> Iterator[Finding]:
    """Tell which variables nobody reads, and what is open to others.

    Parameters
    ----------
    names
        Variables of the environment that begin with ``SIGHTLINE_``.
    known
        Those that Sightline reads.
    """
    strange = sorted(set(names) - set(known))
    for name in strange:
        yield warning(
            "settings", f"{name} is set, but nothing reads it", "See docs/settings.md."
        )
    if not strange:
        yield ok("settings", f"{len(names)} of {len(known)} settings are set, all are known")
    if settings.host not in {"127.0.0.1", "::1", "localhost"}:
        yield note(
            "settings",
            f"the dashboard listens on {settings.host}, beyond this machine, without sign-in",
            "Keep it behind a proxy that asks who is there.",
        )
