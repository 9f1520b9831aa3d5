# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a value says that it cannot be read; never leaves this package."""


class WrongValueError(ValueError):
    """The value is not of its kind."""
