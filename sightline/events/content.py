# SPDX-License-Identifier: AGPL-3.0-or-later
"""Do two events say the same? Their content is type, time and data, canonically written."""

import numpy as np

from sightline.events.keys import Hashes, Texts, combine, digest64
from sightline.events.moments import Milliseconds


def content_hash(types: Texts, times_ms: Milliseconds, data_texts: Texts) -> Hashes:
    """Return one hash per event.

    Parameters
    ----------
    types
        Full type names.
    times_ms
        Milliseconds since 1970, UTC.
    data_texts
        ``data`` as canonical JSON, as text or UTF-8 bytes.
    """
    return combine(digest64(types), times_ms.astype(np.uint64), digest64(data_texts))
