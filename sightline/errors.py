# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every error Sightline raises on purpose.

SightlineError
├── SettingsError        a setting is missing or has an impossible value
├── StoreError           the store cannot be opened, read or written
│   ├── UnknownQueryError    no SQL file has that name
│   ├── ParameterError       a query was given the wrong parameters
│   ├── RefusedSqlError      a person's SQL would do more than read
│   └── HeldError            another process has the embedded store open
├── LogError             the event log cannot be opened, read or written
├── UnknownTypeError     the catalogue has no such event type
├── MappingError         a mapping is unknown, malformed or does not fit its file
├── ImportFileError      nothing can be read from a file
├── BackupError          a backup cannot be written, or cannot be put back
├── LetterError          a dead letter is unknown or cannot be sent again
├── SavepointError       a savepoint is unknown, damaged or of another log or release
├── DeskError            the desk cannot be opened or refuses a change
└── MiningError          a process is unknown or cannot be mined
"""


def one_line(text: object) -> str:
    r"""Return `text` such that a terminal shows it on one line and obeys none of it.

    >>> one_line("a\n b\x1b[2J")
    'a b\\x1b[2J'
    """
    joined = " ".join(str(text).split())
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in joined)


class SightlineError(Exception):
    """Base class; the command line prints it without a traceback and exits 2."""


class SettingsError(SightlineError):
    """A setting is missing or has an impossible value."""


class StoreError(SightlineError):
    """The store cannot be opened, read or written."""


class UnknownQueryError(StoreError):
    """No SQL file has that name."""


class ParameterError(StoreError):
    """A query was given too few, too many or misnamed parameters."""


class RefusedSqlError(StoreError):
    """A person's SQL would do more than read."""


class HeldError(StoreError):
    """Another process has the embedded store open."""


class LogError(SightlineError):
    """The event log cannot be opened, read or written."""


class UnknownTypeError(SightlineError):
    """The catalogue has no such event type."""


class MappingError(SightlineError):
    """A mapping is unknown, malformed or does not fit its file."""


class ImportFileError(SightlineError):
    """Nothing can be read from a file."""


class BackupError(SightlineError):
    """A backup cannot be written, or cannot be put back without losing something."""


class LetterError(SightlineError):
    """A dead letter is unknown or cannot be sent again."""


class SavepointError(SightlineError):
    """A savepoint is unknown, damaged, or of another log or release."""


class DeskError(SightlineError):
    """The desk cannot be opened or refuses a change."""


class MiningError(SightlineError):
    """A process is unknown or cannot be mined."""
