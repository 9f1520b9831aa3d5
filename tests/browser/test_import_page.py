# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file of one's own, from upload to the Stock page, in a real browser and a real engine."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, TimeoutError, expect  # noqa: A004  playwright's own

from tests.up.served import Home, home_at, up

OpenTab = Callable[..., Any]
pytestmark = pytest.mark.browser
PATIENCE_MS, TRIES = 60_000, 6
# names that nobody knows, decimal commas, a typing error, and a movement that needs a look
CSV = """\
Beleg;Tag;Teil;Stk.;Vorgang;Lagerhaus
1;03.04.2024 08:00;R-77;1.100,5;Wareneingang;HH
2;03.04.2024 09:00;S-12;40;Wareneingang;HH
3;04.04.2024 09:00;R-77;-30;Warenausgang;HH
4;05.04.2024 10:00;R-77;-2,5;Schwund;HH
5;05.04.2024 11:00;S-12;vier;Warenausgang;HH
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Yield a home in which `sightline up` is at work."""
    found = home_at(tmp_path_factory.mktemp("import"))
    with up(found):
        yield found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lager.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def bring(page: Page, file: Path) -> None:
    page.locator('input[type="file"]').set_input_files(file)
    page.get_by_role("heading", name=f"What is {file.name}?").wait_for(timeout=PATIENCE_MS)


def choose(page: Page, label: str, option: str) -> None:
    """Choose as a person does: when the page is drawn anew in between, open the list again."""
    offered = page.get_by_role("option", name=option, exact=True)
    for _ in range(TRIES):
        box = page.get_by_role("combobox", name=label)
        box.click()
        box.fill(option)
        try:
            offered.click(timeout=PATIENCE_MS / TRIES)
        except TimeoutError:
            page.keyboard.press("Escape")
        else:
            return
    offered.click()


def test_an_own_file_comes_in_and_is_found_on_the_stock_page(
    tab: OpenTab, home: Home, file: Path
) -> None:
    with tab(home.environ["SIGHTLINE_URL"]) as found:
        # given a file whose columns are called as nobody calls them
        page = found.open("/import")
        bring(page, file)
        found.settle()
        assert "?upload=" in page.url
        # when the one guess that is wrong is mended
        page.get_by_text("1 other column").click()
        choose(page, "What Lagerhaus means", "Location")
        page.wait_for_timeout(500)
        found.settle()
        # and it is tried
        page.get_by_role("button", name="Try it").click()
        page.get_by_text("What is refused").wait_for(timeout=PATIENCE_MS)
        found.settle()
        # then it says in words what would come of it, and what is refused and why
        expect(page.get_by_text("1100.5 EA of R-77 at HH received")).to_be_visible()
        expect(page.get_by_text("row 5: Stk. is 'vier'; expected a number")).to_be_visible()
        # when it is imported
        page.get_by_role("button", name="Import 4 rows").click()
        page.get_by_text("Where to look now").wait_for(timeout=PATIENCE_MS)
        expect(page.get_by_text("4 rows accepted, 4 events added.")).to_be_visible()
        page.get_by_text("The tables know everything").wait_for(timeout=PATIENCE_MS)
        # and the link to the item is followed
        page.get_by_role("link", name="Stock of R-77 at HH").click()
        page.locator(".sl-kpi").first.wait_for(timeout=PATIENCE_MS)
        found.settle()
        # then the Stock page shows what is on hand: 1100.5 - 30 - 2.5
        expect(page.locator(".sl-subject")).to_have_text("R-77 at HH")
        expect(page.locator(".sl-kpi").first).to_contain_text("1,068")
        assert found.errors == []
        assert found.strangers == []


def test_an_import_goes_on_while_its_page_is_loaded_again(
    tab: OpenTab, home: Home, tmp_path: Path
) -> None:
    # given a large file that is being tried
    file = tmp_path / "viel.csv"
    rows = "".join(f"{i};03.04.2024 08:00;X-{i % 97};1;WE;HH\n" for i in range(60_000))
    file.write_text("Beleg;Tag;Artikel;Menge;Vorgang;Lager\n" + rows)
    with tab(home.environ["SIGHTLINE_URL"]) as found:
        page = found.open("/import")
        bring(page, file)
        found.settle()
        page.get_by_role("button", name="Try it").click()
        page.get_by_role("button", name="Stop").wait_for(timeout=PATIENCE_MS)
        # when the page is loaded again, by somebody else, in the dark and on a small screen
        url = page.url.removeprefix(home.environ["SIGHTLINE_URL"])
    with tab(home.environ["SIGHTLINE_URL"], width=390, scheme="dark") as found:
        page = found.open(url)
        # then it goes on, and ends there
        page.get_by_role("button", name="Import 60,000 rows").or_(
            page.get_by_role("button", name="Import 60k rows")
        ).wait_for(timeout=PATIENCE_MS)
        found.settle()
        assert found.overflow() <= 0
        assert page.locator(".sl-fault").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_page_is_whole_with_a_file_on_it(
    tab: OpenTab, home: Home, file: Path, width: int, scheme: str
) -> None:
    with tab(home.environ["SIGHTLINE_URL"], width=width, scheme=scheme) as found:
        page = found.open("/import")
        bring(page, file)
        found.settle()
        page.get_by_role("button", name="Try it").click()
        page.get_by_text("What is refused").wait_for(timeout=PATIENCE_MS)
        found.settle()
        assert found.overflow() <= 0
        assert found.errors == []
        assert found.strangers == []
        assert page.locator(".sl-fault").count() == 0


def test_a_file_of_no_known_kind_is_refused_in_words(
    tab: OpenTab, home: Home, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"not at all")
    with tab(home.environ["SIGHTLINE_URL"]) as found:
        page = found.open("/import")
        page.locator('input[type="file"]').set_input_files(bad)
        expect(page.get_by_text("That file cannot be taken.")).to_be_visible(
            timeout=PATIENCE_MS
        )
        expect(page.get_by_text("bad.parquet is cut off or is no Parquet file")).to_be_visible()
        assert found.errors == []
