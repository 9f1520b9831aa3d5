# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hash of a mapping, whether it explains tables, event logs or EDI partners."""

from sightline.imports import shipped
from sightline.imports.edi import profile


def mapping_sha256(name: str) -> str:
    """Return the hash of the mapping called `name`; it changes when what it says does.

    Raises
    ------
    MappingError
        There is none, or it is malformed.
    """
    if profile.is_profile(name):
        return profile.load(name).sha256
    return shipped.load(name).sha256
