# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is seen of the days ahead of a position."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

OpenTab = Callable[..., Any]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 390])
def test_the_days_ahead_are_drawn_and_fit_the_screen(
    tab: OpenTab, full_url: str, width: int
) -> None:
    # given an item of which one purchase line is overdue
    with tab(full_url, width=width) as found:
        # when its position is opened
        page = found.open("/stock?item=B200&loc=DC1", ready=".sl-kpis")
        # then the chart draws the balance, with and without the overdue, and says so in words
        chart = page.locator(".js-plotly-plot").first
        expect(chart).to_contain_text("Projected available", timeout=30_000)
        expect(chart).to_contain_text("Without the overdue")
        expect(page.get_by_text("2 days overdue")).to_be_visible()
        # and nothing hangs over the edge
        assert found.overflow() == 0
