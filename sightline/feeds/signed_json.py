# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plain form of a message: the CloudEvent with text and link, signed.

Signatures follow Standard Webhooks: HMAC-SHA256 over ``id.timestamp.body``, in base64, with the
version ``v1`` before it. A receiver checks the signature, refuses old timestamps and drops an
id that it has seen.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sightline.errors import SettingsError
from sightline.feeds.message import Message

SHORTEST = 16
PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """Return the signing key that `secret` means: ``whsec_`` and base64, or any other text.

    Raises
    ------
    SettingsError
        It is too short to protect anything, or no base64; the secret is not shown.
    """
    if not secret.startswith(PREFIX):
        return _long_enough(secret.encode())
    try:
        return _long_enough(base64.b64decode(secret.removeprefix(PREFIX), validate=True))
    except binascii.Error:
        raise SettingsError(
            "SIGHTLINE_WEBHOOK_SECRET begins with 'whsec_' but no base64 follows; expected "
            "the key as the receiver shows it. Copy it again."
        ) from None


def body(event: Mapping[str, Any], message: Message) -> bytes:
    """Return `event` with `message` as ``text`` and ``link``, as JSON."""
    payload = {**event, "text": message.text, "link": message.link}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def headers(content: bytes, *, message_id: str, key: bytes, now: datetime) -> dict[str, str]:
    """Return the headers that identify and sign `content`, sent at `now`."""
    timestamp = str(int(now.timestamp()))
    signed = b".".join((message_id.encode(), timestamp.encode(), content))
    digest = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return {
        "content-type": "application/cloudevents+json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{digest}",
    }


def _long_enough(key: bytes) -> bytes:
    if len(key) < SHORTEST:
        raise SettingsError(
            f"SIGHTLINE_WEBHOOK_SECRET has {len(key)} bytes; expected at least {SHORTEST}. "
            "Set a longer one here and at the receiver."
        )
    return key
