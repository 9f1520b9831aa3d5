# SPDX-License-Identifier: AGPL-3.0-or-later
"""The properties that an operator passes on to librdkafka, such as TLS and SASL."""

from pathlib import Path

from sightline.errors import SettingsError

VARIABLE = "SIGHTLINE_KAFKA_CONFIG"
OURS = frozenset(
    {
        "acks",
        "auto.commit.enable",
        "auto.commit.interval.ms",
        "auto.offset.reset",
        "bootstrap.servers",
        "delivery.timeout.ms",
        "enable.auto.commit",
        "enable.auto.offset.store",
        "enable.gapless.guarantee",
        "enable.idempotence",
        "enable.partition.eof",
        "isolation.level",
        "log.queue",
        "message.timeout.ms",
        "metadata.broker.list",
        "partitioner",
        "plugin.library.paths",
        "request.required.acks",
        "transactional.id",
    }
)
"""What exactness rests on, or what would run other code: decided here."""
_PREFIXES = ("group.", "test.mock.")


def properties(path: str) -> dict[str, str]:
    """Return the properties in the file at `path`, none when it is "".

    Lines are ``name=value``; blank ones and those that begin with ``#`` say nothing. Values
    can be secrets: no message repeats one.

    Raises
    ------
    SettingsError
        The file cannot be read, a line is none, or states what is decided here.
    """
    if not path:
        return {}
    try:
        lines = Path(path).expanduser().read_text().splitlines()
    except (OSError, UnicodeError) as error:
        raise SettingsError(
            f"{VARIABLE} names {path}, which cannot be read "
            f"({getattr(error, 'strerror', None) or 'no text'}); expected a file of properties."
        ) from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            name, value = _property(path, number, line)
            found[name] = value
    return found


def _property(path: str, number: int, line: str) -> tuple[str, str]:
    name, equals, value = (each.strip() for each in line.partition("="))
    if not equals or not name or " " in name:
        raise SettingsError(
            f"Line {number} of {path} is no property; expected name=value, such as "
            "security.protocol=SASL_SSL."
        )
    if name in OURS or name.startswith(_PREFIXES):
        raise SettingsError(
            f"Line {number} of {path} sets {name}, which Sightline decides itself; expected "
            "properties of the connection only. Remove the line."
        )
    return name, value
