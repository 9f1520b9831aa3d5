# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that people bring in through the page: kept, looked at, rehearsed and imported."""

from sightline.aid.uploads.drafts import Draft, Workbench
from sightline.aid.uploads.folder import Upload, Uploads
from sightline.aid.uploads.permission import refusal
from sightline.aid.uploads.queue import Queue
from sightline.aid.uploads.runs import Outcome, Run

__all__ = ["Draft", "Outcome", "Queue", "Run", "Upload", "Uploads", "Workbench", "refusal"]
