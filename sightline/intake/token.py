# SPDX-License-Identifier: AGPL-3.0-or-later
"""The token that senders of events carry, and where none is needed."""

import ipaddress
from pathlib import Path

from sightline.errors import SettingsError
from sightline.settings import Settings

SHORTEST = 16
NAMES = "SIGHTLINE_INTAKE_TOKEN or SIGHTLINE_INTAKE_TOKEN_FILE"


def token_of(settings: Settings) -> str:
    """Return the token of `settings`, "" when everybody on this machine may send events.

    Raises
    ------
    SettingsError
        The dashboard listens where others reach it and there is no token; or the token is
        too short, cannot be read, or stands in two places.
    """
    token = _given(settings)
    if not token and not is_loopback(settings.host):
        raise SettingsError(
            f"SIGHTLINE_HOST is {settings.host!r}, where other machines could send events; "
            f"expected a token. Set {NAMES} to at least {SHORTEST} random characters, or "
            "unset SIGHTLINE_HOST."
        )
    return token


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches `host`.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0")
    (True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _given(settings: Settings) -> str:
    if settings.intake_token and settings.intake_token_file:
        raise SettingsError(
            "SIGHTLINE_INTAKE_TOKEN and SIGHTLINE_INTAKE_TOKEN_FILE are both set; expected one "
            "of them. Unset the other."
        )
    if settings.intake_token_file:
        return _checked(_read(Path(settings.intake_token_file).expanduser()), "the file's text")
    return _checked(settings.intake_token, "it") if settings.intake_token else ""


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no ASCII text"
        raise SettingsError(
            f"SIGHTLINE_INTAKE_TOKEN_FILE is {str(path)!r}, which cannot be read ({reason}); "
            f"expected a file with at least {SHORTEST} random characters."
        ) from None


def _checked(token: str, what: str) -> str:
    """Return `token` if a header can carry it and nobody can guess it; never show it."""
    if len(token) < SHORTEST or not all("!" <= each <= "~" for each in token):
        raise SettingsError(
            f"The intake's token is no secret that a header can carry: {what} has {len(token)} "
            f"characters; expected at least {SHORTEST} of ASCII without blanks, such as what "
            "`openssl rand -hex 32` prints."
        )
    return token
