# SPDX-License-Identifier: AGPL-3.0-or-later
"""One HTTP attempt, and what its answer means: received, refused for good, or not now."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Literal

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as TimedOut

TIMEOUT = urllib3.Timeout(connect=3.0, read=5.0)
LONGEST_WAIT = timedelta(hours=1)
PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)

# at level DEBUG urllib3 writes whole addresses, and Slack's are secrets
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: a status (0 when nothing did), a reason, and how long to wait.

    Attributes
    ----------
    retry_after
        As the receiver wrote it; only whole seconds are understood.
    """

    status: int
    why: str
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do next.

    Attributes
    ----------
    why
        Why it failed, without any part of the address.
    wait
        Wait at least this long before the next attempt.
    """

    outcome: Literal["sent", "later", "refused"]
    why: str = ""
    wait: timedelta = timedelta()


def post(
    http: urllib3.PoolManager, address: str, content: bytes, headers: Mapping[str, str]
) -> Response:
    """Post `content` once, without following redirects."""
    try:
        response = http.request(
            "POST",
            address,
            body=content,
            headers=dict(headers),
            timeout=TIMEOUT,
            retries=False,
            redirect=False,
            preload_content=False,  # a receiver's answer may be endless; its status will do
        )
    except NewConnectionError:  # counts as a timeout to urllib3
        return Response(0, "no connection")
    except TimedOut:
        return Response(0, "no answer in time")
    except (HTTPError, OSError, ValueError) as error:
        return Response(0, f"no connection ({type(error).__name__})")
    found = Response(
        response.status,
        f"HTTP {response.status}",
        response.headers.get("retry-after", ""),
    )
    response.close()
    return found


def judged(response: Response) -> Answer:
    """Return what `response` means.

    2xx: received. Nothing, 408, 425, 429 and 5xx: later. Everything else, redirects
    included, will not get better by itself: refused.
    """
    status = response.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer("sent")
    if status == 0 or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in PASSING:
        return Answer("later", response.why, _wait(response.retry_after))
    return Answer("refused", response.why)


def _wait(retry_after: str) -> timedelta:
    if not (retry_after.isascii() and retry_after.isdigit()):
        return timedelta()
    return min(timedelta(seconds=min(int(retry_after[:9]), 10**8)), LONGEST_WAIT)
