# SPDX-License-Identifier: AGPL-3.0-or-later
"""Settings: the only module that reads the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sightline.errors import SettingsError

SCHEMES = {
    "log": ("sqlite", "kafka"),
    "store": ("chdb", "clickhouse"),
    "desk": ("sqlite",),
    "url": ("http", "https"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What differs between two installations of Sightline.

    Attributes
    ----------
    home
        Folder that holds all embedded data.
    log, store, desk
        URLs of the event log, the analytics store and the desk; empty means: inside `home`.
        ``sqlite:///path`` or ``kafka://host:9092/topic``, ``chdb:///path`` (``chdb://memory``
        in tests) or
        ``clickhouse://user:password@host:8123/database``, ``sqlite:///path``. The store's
        can hold a password: print `store_shown`.
    partitions
        Log partitions, 1 to 256; fixed when a log is created.
    host, port
        Where the dashboard listens.
    url
        Address that people reach the dashboard at; links in messages begin with it.
    webhooks
        ``name=kind:address`` entries separated by blanks; kind is ``slack`` or ``json``.
        Addresses can be secrets, so they are never printed.
    webhook_secret
        Signing key of ``json`` webhooks; never printed.
    post_age_hours
        An exception whose cause is older than this is history: it is kept but not posted.
    intake_token, intake_token_file
        What senders of events must show, or the file that holds it; never printed.
    intake_max_bytes
        Largest body of one request, packed and unpacked.
    intake_max_lag_s
        Events are declined while the stream is further behind than so many seconds.
    horizon_days
        An event this far behind the watermark of its source is late: what it changes is told.
    dedupe_days
        A duplicate of an event that came longer ago is counted as a reused id besides.
    zone
        IANA time zone of the business's days: what is due, expected or overdue today.
    count_window_minutes
        A movement so near to another source's count may or may not have been counted.
    drift_units, drift_share
        A statement this far from the position, in base units or as a share of the larger of
        the two, is no drift yet; it must be beyond both.
    watch
        ``FOLDER=MAPPING`` entries separated by blanks: folders that are watched while
        everything runs.
    kafka_config
        File of properties for librdkafka, such as TLS and SASL; their values are never printed.
    kafka_derived
        Topic that anomalies and exceptions are published to; empty: none are.
    imports
        Who may import through the page: ``loopback`` lets whoever reaches a dashboard that
        only this machine reaches, ``on`` whoever reaches it at all, ``off`` nobody.
    """

    home: Path = Path(".sightline")
    log: str = ""
    store: str = field(default="", repr=False)
    desk: str = ""
    partitions: int = 8
    host: str = "127.0.0.1"
    port: int = 8501
    url: str = "http://localhost:8501"
    webhooks: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    post_age_hours: float = 24.0
    intake_token: str = field(default="", repr=False)
    intake_token_file: str = ""
    intake_max_bytes: int = 8_388_608
    intake_max_lag_s: float = 300.0
    horizon_days: float = 7.0
    dedupe_days: float = 7.0
    zone: str = "UTC"
    count_window_minutes: float = 10.0
    drift_units: float = 0.0
    drift_share: float = 0.02
    watch: str = ""
    imports: str = "loopback"
    kafka_config: str = ""
    kafka_derived: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "home", self.home.expanduser())
        object.__setattr__(self, "url", self.url.rstrip("/"))
        root = self.home.absolute()
        defaults = {
            "log": f"sqlite:///{root}/log.db",
            "store": f"chdb://{root}/store",
            "desk": f"sqlite:///{root}/desk.db",
        }
        for name, value in defaults.items():
            if not getattr(self, name):
                object.__setattr__(self, name, value)
        for name, known in SCHEMES.items():
            _check_scheme(name, getattr(self, name), known)
        _check_chdb(self.store)
        _check_zone(self.zone)
        _check_choice("imports", self.imports, ("loopback", "on", "off"))
        _check_range("partitions", self.partitions, 1, 256)
        _check_range("port", self.port, 1, 65535)
        _check_range("post_age_hours", self.post_age_hours, 0, 24 * 365)
        _check_range("intake_max_bytes", self.intake_max_bytes, 1024, 1 << 30)
        _check_range("intake_max_lag_s", self.intake_max_lag_s, 1, 86_400)
        _check_range("horizon_days", self.horizon_days, 1 / 24, 3650)
        _check_range("dedupe_days", self.dedupe_days, 1 / 24, 3650)
        _check_range("count_window_minutes", self.count_window_minutes, 0, 24 * 60)
        _check_range("drift_units", self.drift_units, 0, 1e11)
        _check_range("drift_share", self.drift_share, 0, 1)

    @property
    def store_folder(self) -> Path | None:
        """Return the folder of an embedded store; None when it is in memory or remote."""
        scheme, _, path = self.store.partition("://")
        return Path(path) if scheme == "chdb" and path != "memory" else None

    @property
    def store_shown(self) -> str:
        """Return the store's URL without its password.

        >>> Settings(store="clickhouse://ana:secret@db:8123/sightline").store_shown
        'clickhouse://ana:***@db:8123/sightline'
        """
        return re.sub(r"(//[^/@]*):[^/]*@", r"\1:***@", self.store)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read ``SIGHTLINE_*`` from `environ`; absent names keep their defaults.

        >>> Settings.from_env({"SIGHTLINE_PORT": "9000"}).port
        9000
        """
        given: dict[str, Any] = {}
        for each in fields(cls):
            raw = environ.get(variable(each.name))
            if raw:
                given[each.name] = _parsed(each.name, raw, type(each.default))
        return cls(**given)


def variable(name: str) -> str:
    """Return the environment variable of the setting called `name`."""
    return f"SIGHTLINE_{name.upper()}"


def _parsed(name: str, raw: str, kind: type) -> Any:
    try:
        return kind(raw)
    except ValueError:
        wanted = "a whole number" if kind is int else "a number"
        raise SettingsError(f"{variable(name)} is {raw!r}; expected {wanted}.") from None


def _check_scheme(name: str, value: str, known: tuple[str, ...]) -> None:
    scheme = urlsplit(value).scheme
    if scheme not in known:
        raise SettingsError(
            f"{variable(name)} has scheme {scheme!r}; expected one of {', '.join(known)}. "
            "Leave it unset to keep the data in SIGHTLINE_HOME."
        )


def _check_chdb(store: str) -> None:
    scheme, _, path = store.partition("://")
    if scheme == "chdb" and path != "memory" and (not path.startswith("/") or "?" in path):
        raise SettingsError(
            f"SIGHTLINE_STORE is {store!r}; expected chdb:///absolute/path without '?'. "
            "Leave it unset to keep the data in SIGHTLINE_HOME."
        )


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"SIGHTLINE_ZONE is {zone!r}; expected an IANA time zone such as Europe/Berlin."
        ) from None


def _check_choice(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise SettingsError(f"{variable(name)} is {value!r}; expected {' or '.join(known)}.")


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise SettingsError(f"{variable(name)} is {value}; expected {low} to {high}.")
