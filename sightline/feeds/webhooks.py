# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who gets messages: the webhooks of the settings, checked before the first message."""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from sightline.errors import SettingsError
from sightline.feeds.signed_json import key_of
from sightline.settings import Settings

KINDS = ("slack", "json")
FORM = "name=kind:address, such as ops=slack:https://hooks.slack.com/services/…"
_ENTRY = re.compile(r"(?P<name>[A-Za-z0-9_.-]{1,64})=(?P<kind>[a-z]+):(?P<address>.+)")


@dataclass(frozen=True, slots=True)
class Webhook:
    """One receiver of messages.

    Attributes
    ----------
    address
        Where to post; it can be a secret by itself (Slack's are), so it is never printed.
    secret
        Signing key, for kind ``json``.
    """

    name: str
    kind: str
    address: str = field(repr=False)
    secret: bytes = field(default=b"", repr=False)

    @property
    def shown(self) -> str:
        """Return the address without what could be a secret.

        >>> Webhook("ops", "slack", "https://hooks.slack.com/services/T0/B0/x").shown
        'https://hooks.slack.com/…'
        """
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.hostname}/…"


def configured(settings: Settings) -> list[Webhook]:
    """Return the webhooks of `settings`, in their order.

    Raises
    ------
    SettingsError
        An entry is malformed, repeats a name or has an address that would send in the clear;
        or a ``json`` webhook has no key to sign with. No message shows an address.
    """
    found: list[Webhook] = []
    for place, entry in enumerate(settings.webhooks.split(), start=1):
        webhook = _webhook(entry, place, settings.webhook_secret)
        if webhook.name in {other.name for other in found}:
            raise SettingsError(
                f"SIGHTLINE_WEBHOOKS names {webhook.name!r} twice; expected one entry a name. "
                "Rename one of them."
            )
        found.append(webhook)
    return found


def _webhook(entry: str, place: int, secret: str) -> Webhook:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise SettingsError(
            f"Entry {place} of SIGHTLINE_WEBHOOKS is malformed; expected {FORM}, entries "
            "separated by blanks."
        )
    name, kind, address = match.group("name", "kind", "address")
    if kind not in KINDS:
        raise SettingsError(
            f"Webhook {name!r} has kind {kind!r}; expected one of {', '.join(KINDS)}. "
            f"Write it as {FORM}."
        )
    _check_address(name, address)
    return Webhook(name, kind, address, _key(name, secret) if kind == "json" else b"")


def _check_address(name: str, address: str) -> None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise SettingsError(
            f"Webhook {name!r} has no usable address; expected https://host/path. "
            "Copy it again from the receiver."
        )
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise SettingsError(
            f"Webhook {name!r} would send in the clear (http) to {parts.hostname!r}; expected "
            "https, or http to this machine only. Use an https address."
        )
    if parts.username is not None:
        raise SettingsError(
            f"Webhook {name!r} has a user name or password in its address; expected none. "
            "Receivers authenticate by the path (slack) or the signature (json)."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _key(name: str, secret: str) -> bytes:
    if not secret:
        raise SettingsError(
            f"Webhook {name!r} is signed JSON but SIGHTLINE_WEBHOOK_SECRET is unset; expected "
            "a key of your choice, at least 16 characters. Set it here and at the receiver."
        )
    return key_of(secret)
