# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong with the data, and how to mend it: rules, each one query."""

from sightline.aid.quality.checking import Checkup, Finding, check, check_one
from sightline.aid.quality.filling import file_to_fill
from sightline.aid.quality.rule import Rule
from sightline.aid.quality.rules import RULES, find

__all__ = ["RULES", "Checkup", "Finding", "Rule", "check", "check_one", "file_to_fill", "find"]
