# SPDX-License-Identifier: AGPL-3.0-or-later
"""The chat form of a message: Slack's Block Kit, which several other chats read too."""

import json
from typing import Any

from sightline.feeds.message import Message

LONGEST_HEADER = 150
LONGEST_SECTION = 3000
LONGEST_LINK = 3000
SHAPES = {"critical": "▲", "high": "◆", "medium": "○"}


def body(message: Message) -> bytes:
    """Return `message` as JSON for an incoming webhook of Slack."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(_headline(message))},
        {"type": "section", "text": _mrkdwn(f"{message.what} {message.why}")},
        {"type": "section", "fields": _fields(message)},
        {"type": "context", "elements": [_mrkdwn(message.since)]},
    ]
    if len(message.link) <= LONGEST_LINK:  # a longer one would have all of it refused
        blocks.append({"type": "actions", "elements": [_button(message.link)]})
    payload = {"text": escaped(_headline(message)), "blocks": blocks}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def escaped(text: str) -> str:
    """Return `text` so that Slack shows it as it is: no mention, no link.

    >>> escaped("<!channel> R&D")
    '&lt;!channel&gt; R&amp;D'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _headline(message: Message) -> str:
    line = f"{SHAPES[message.severity]} {message.severity.capitalize()}: {message.title}"
    return line if len(line) <= LONGEST_HEADER else f"{line[: LONGEST_HEADER - 1]}…"


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": escaped(text)[:LONGEST_SECTION], "verbatim": True}


def _fields(message: Message) -> list[dict[str, Any]]:
    return [
        _mrkdwn(f"At stake: {message.how_much}"),
        _mrkdwn(f"Severity: {message.severity}"),
    ]


def _button(link: str) -> dict[str, Any]:
    return {"type": "button", "text": _plain("Open in Sightline"), "url": link}
