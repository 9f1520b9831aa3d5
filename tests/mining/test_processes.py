# SPDX-License-Identifier: AGPL-3.0-or-later
"""Processes of objects are described by files, and a bad file says so."""

import pytest

from mining.processes import ObjectProcess, built_in
from sightline.errors import MiningError, UnknownTypeError


def test_the_files_describe_approvals_and_exceptions() -> None:
    assert [each.name for each in built_in()] == ["approval_request", "exception"]
    assert built_in()[1].activities["io.sightline.exception.opened.v1"] == "opened"


@pytest.mark.parametrize(
    "text", ["", "object: approval", "{object: approval, activities: {}}", "- list"]
)
def test_a_file_without_object_or_activities_is_refused(text: str) -> None:
    with pytest.raises(MiningError, match=r"mining/processes/bad\.yaml .* expected `object`"):
        ObjectProcess.parse("bad", text)


def test_an_event_type_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownTypeError, match=r"approval\.decidet"):
        ObjectProcess.parse("bad", "{object: a, activities: {approval.decidet: done}}")
