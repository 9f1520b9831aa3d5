# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names of files and columns are text: no browser fetches, links or styles what they say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.markup import UNSEEN
from tests.up.served import home_at, up

OpenTab = Callable[..., Any]
pytestmark = pytest.mark.browser
PATIENCE_MS = 60_000
COLUMN = "![i](http://evil.test:9/COL.png) [click](http://evil.test/L) :red[R] $\\alpha$"
OTHER = "![j](http:&#47;&#47;evil.test:9/B.png) :material/home: www.evil.test me@evil.test"
FILE = "![f](x.png) :red[f] www.evil.test.csv"
KEPT = "f__x.png_ _red_f_ www.evil.test.csv"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / FILE
    path.write_text(f'"{COLUMN}",Artikel,Menge,"{OTHER}"\nx,A-1,4,p\ny,A-2,3,q\n', "utf-8")
    return path


def test_names_that_are_markdown_are_shown_as_they_are(
    tab: OpenTab, tmp_path_factory: pytest.TempPathFactory, file: Path
) -> None:
    home = home_at(tmp_path_factory.mktemp("names"))
    with up(home), tab(home.environ["SIGHTLINE_URL"]) as found:
        # when a file comes in whose name and columns are Markdown
        page = found.open("/import")
        page.locator('input[type="file"]').set_input_files(file)
        page.get_by_text("What are its rows?").wait_for(timeout=PATIENCE_MS)
        found.settle()
        for summary in page.locator("summary").all():
            summary.click()
        for icon in page.locator('[data-testid="stTooltipIcon"]').all():
            icon.hover()
            page.wait_for_timeout(300)
        found.settle()
        # then people read just what the file says
        titles = [each.inner_text().replace(UNSEEN, "") for each in page.locator("h3").all()]
        assert f"What is {KEPT}?" in titles
        shown = page.locator("body").inner_text()
        assert COLUMN in shown
        assert OTHER in shown
        # and nothing of it is an image, a link, a formula or a colour
        assert page.locator('img[src*="evil"], img[src*="x.png"], .katex').count() == 0
        assert page.locator('a[href*="evil"], [class*="stMarkdownColored"]').count() == 0
        # and nobody else is asked for anything
        assert found.strangers == []
        assert found.errors == []
