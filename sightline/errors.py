# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every error Sightline raises on purpose.

SightlineError
├── SettingsError        a setting is missing or has an impossible value
├── StoreError           the store cannot be opened, read or written
│   ├── UnknownQueryError    no SQL file has that name
│   ├── ParameterError       a query was given the wrong parameters
│   └── RefusedSqlError      a person's SQL would do more than read
├── LogError             the event log cannot be opened, read or written
├── UnknownTypeError     the catalogue has no such event type
├── MappingError         a mapping is unknown, malformed or does not fit its file
├── ImportFileError      nothing can be read from a file
├── BackupError          a backup cannot be written, or cannot be put back
├── DeskError            the desk cannot be opened or refuses a change
└── MiningError          a process is unknown or cannot be mined
"""


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


class DeskError(SightlineError):
    """The desk cannot be opened or refuses a change."""


class MiningError(SightlineError):
    """A process is unknown or cannot be mined."""
