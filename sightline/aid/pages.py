# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether pages may change anything: nobody signs in yet, so where they listen decides."""

from sightline.intake.token import is_loopback
from sightline.settings import Settings


def may_write(settings: Settings) -> bool:
    """Tell whether everybody who sees a page may import and settle dead letters.

    >>> may_write(Settings()), may_write(Settings(imports="off"))
    (True, False)
    """
    return settings.imports == "on" or (
        settings.imports == "loopback" and is_loopback(settings.host)
    )
