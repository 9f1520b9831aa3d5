# SPDX-License-Identifier: AGPL-3.0-or-later
"""Watched folders: new files and new rows of growing ones are taken, each once.

By looking again and again: that also works where a network share tells nobody of changes.
What the log holds of a file is known from the log itself; the desk keeps what was seen of each
file, so that what has not changed is not looked into again.
"""

from sightline.aid.watch.asked import Asked, asked_in
from sightline.aid.watch.watcher import Watcher

__all__ = ["Asked", "Watcher", "asked_in"]
