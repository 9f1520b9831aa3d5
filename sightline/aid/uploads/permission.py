# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may import through the page: nobody signs in yet, so where it listens decides."""

from sightline.aid.pages import may_write
from sightline.errors import ImportFileError
from sightline.settings import Settings


def refusal(settings: Settings) -> str:
    """Return why nobody may import through the page, "" when everybody who sees it may.

    >>> refusal(Settings())
    ''
    """
    if may_write(settings):
        return ""
    if settings.imports == "off":
        return "SIGHTLINE_IMPORTS is off: import with `sightline import` on its machine."
    return (
        f"Nobody signs in yet, so a dashboard that listens on {settings.host} takes no files. "
        "Import with `sightline import` on its machine; or, behind a proxy that asks who is "
        "there, set SIGHTLINE_IMPORTS=on."
    )


def check(settings: Settings) -> None:
    """Refuse a change that the page may not make.

    Raises
    ------
    ImportFileError
        Nobody may import through the page.
    """
    said = refusal(settings)
    if said:
        raise ImportFileError(said)
