# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the findings to the file that mends one of them, in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

OpenTab = Callable[..., Any]
pytestmark = pytest.mark.browser


def test_a_finding_opens_and_gives_the_lines_to_fill_in(tab: OpenTab, full_url: str) -> None:
    # given the findings of a distributor without master data
    with tab(full_url) as found:
        page = found.open("/quality")
        # when one is opened
        page.get_by_role("link", name="items without a master record").click()
        expect(page.get_by_text("How to mend it")).to_be_visible()
        found.settle()
        # then its address can be shared
        assert page.url == f"{full_url}/quality?finding=item_without_master"
        # and its file has the columns of the template and a line for each item
        with page.expect_download() as loading:
            page.get_by_role("button", name="Lines to fill in: items.csv").click()
        lines = Path(loading.value.path()).read_text("utf-8").splitlines()
        assert lines[0].startswith("item,description,")
        assert "BOUGHT" in {line.partition(",")[0] for line in lines}
        # and the way back leads to all of them
        page.get_by_role("button", name="All findings").click()
        expect(page.get_by_text("What was found")).to_be_visible()
        assert page.url == f"{full_url}/quality"
        assert found.errors == []
        assert found.strangers == []
