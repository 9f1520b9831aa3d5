# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Import page: from a file to the log, step by step, and who may."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data, data_imports
from sightline.errors import ImportFileError
from sightline.log.reading import exported

Open = Callable[..., AppTest]
CSV = b"""\
Auftrag;Bestelldatum;Artikelnr;Anzahl;Stk/Kg
1;03.04.2024;A-1;1.250,50;KG
2;25.04.2024;A-1;zwei;KG
3;26.04.2024;A-2;4;St
"""
PATIENCE_S = 30


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def bring(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Choose files; what follows is drawn in the same run."""
    page.file_uploader[0].set_value([(name, body, "text/csv") for name, body in files])
    return page.run()


def click(page: AppTest, label: str) -> AppTest:
    return next(each for each in page.button if each.label.startswith(label)).click().run()


def labels(page: AppTest) -> list[str]:
    return [each.label for each in page.button]


def waited(page: AppTest, claim: Callable[[], Any]) -> AppTest:
    """Draw again until `claim` holds of the queue's thread."""
    until = time.monotonic() + PATIENCE_S
    while not claim():
        assert time.monotonic() < until
        time.sleep(0.05)
    return page.run()


def tried(page: AppTest) -> AppTest:
    """Try the mapping and wait for what comes of it."""
    click(page, "Try it")
    return waited(page, lambda: data_imports.rehearsal(upload(page)).is_over)  # type: ignore[union-attr]


def imported(page: AppTest) -> AppTest:
    """Import what was tried and wait for the end."""
    click(page, "Import ")
    return waited(page, lambda: data_imports.importing(upload(page)).is_over)  # type: ignore[union-attr]


def upload(page: AppTest) -> str:
    found = page.query_params["upload"]
    return found[0] if isinstance(found, list) else str(found)


def chosen(page: AppTest, label: str) -> Any:
    return next(each for each in page.selectbox if each.label == label)


def test_a_file_is_brought_in_mended_tried_and_imported(open_page: Open, home: Path) -> None:
    # given a file in which one column has a name that nobody knows
    page = bring(open_page("import"), ("auftraege.csv", CSV))
    assert not page.exception
    assert "What is auftraege.csv?" in [each.value for each in page.subheader]
    assert chosen(page, "What Artikelnr means").value == "item"
    assert chosen(page, "What Stk/Kg means").value == "uom"
    # when a guess is mended, the location said, and the whole tried
    chosen(page, "What Bestelldatum means").set_value("time").run()
    answer = next(each for each in page.text_input if "location" in each.label)
    answer.set_value("HH").run()
    page = tried(page)
    # then it says what would come of it, in words, and what is refused and why
    assert "1250.5 KGM of A-1 at HH ordered by a customer" in html(page)
    assert "row 2: Anzahl is &#x27;zwei&#x27;; expected a number such as 1.234,56" in html(page)
    assert "Say in the mapping how the column is to be read" in html(page)
    assert data.log().stat() == []
    # when it is imported
    page = imported(page)
    # then it says what came of it and leads to the item
    assert not page.exception
    assert "2 rows accepted, 2 events added." in html(page)
    assert 'href="/stock?item=A-1&amp;loc=HH"' in html(page)
    assert 'href="/letters"' in html(page)
    lines = [
        line for part in range(data.log().partitions) for line in exported(data.log(), part, 0)
    ]
    assert len(lines) == 2
    # and the files are gone, while the mapping stays
    assert list((home / "uploads").iterdir()) == []
    (mapping,) = (home / "mappings").iterdir()
    assert "value: HH" in mapping.read_text()


def test_an_example_is_imported_from_one_page_and_seen_from_another(open_page: Open) -> None:
    # given an example of ours that one person has tried
    page = click(open_page("import"), "Try this example")
    page = tried(page)
    assert "Nothing: every row is understood." in html(page)
    # when another person opens its address
    other = open_page("import", upload=upload(page))
    # then that page shows the same, and imports it
    assert "Import 41 rows" in labels(other)
    other = imported(other)
    assert "41 rows accepted, 78 events added." in html(other)
    assert "41 rows accepted" in html(page.run())
    # and further on the page tells of the file
    assert "The latest is shop-sales.csv with 41 rows." in html(open_page("import"))


def test_the_same_file_again_adds_nothing_and_says_so(open_page: Open) -> None:
    page = imported(tried(click(open_page("import"), "Try this example")))
    # when the same file comes again
    again = tried(click(open_page("import"), "Try this example"))
    # then it is known before anything is imported
    assert "shop-sales.csv is in the log already: importing it again adds nothing." in html(
        again
    )
    (button,) = [each for each in again.button if each.label.startswith("Import ")]
    assert button.disabled
    assert not page.exception


def test_a_mapping_can_be_written_by_hand(open_page: Open) -> None:
    # given a file that was understood
    page = bring(open_page("import"), ("auftraege.csv", CSV))
    (area,) = page.text_area
    # when the text is spoilt
    (area,) = area.set_value(area.value.replace("item:", "itme:")).run().text_area
    # then it says what is wrong, and nothing can be tried
    assert "has no &#x27;item&#x27;; add `item:`" in html(page)
    assert next(each for each in page.button if each.label == "Try it").disabled
    # when it is mended in another way
    area.set_value(area.value.replace("itme:", "item:").replace("MAIN", "KIEL")).run()
    # then that text holds
    assert "Your own text holds" in html(page)
    assert "at KIEL ordered" in html(tried(page))


def test_a_change_makes_an_earlier_try_void(open_page: Open) -> None:
    page = tried(bring(open_page("import"), ("auftraege.csv", CSV)))
    assert "Import 2 rows" in labels(page)
    next(each for each in page.text_input if "location" in each.label).set_value("X").run()
    assert "The mapping was changed since the last try: try it again." in html(page)
    assert not any(label.startswith("Import ") for label in labels(page))


def test_a_shipped_mapping_that_fits_is_offered_first(open_page: Open) -> None:
    # given a file that a shipped mapping knows
    header = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
    body = f"{header}\n1,A,Lamp,2,2010-01-01 08:00:00,1.50,7,France\n".encode()
    page = bring(open_page("import"), ("retail.csv", body))
    # then it is taken unless somebody wants another
    assert page.radio[0].value == "ready"
    assert "2010" in html(tried(page))
    page.radio[0].set_value("own").run()
    assert "What StockCode means" in [each.label for each in page.selectbox]


def test_events_need_no_mapping(open_page: Open) -> None:
    line = (
        b'{"specversion":"1.0","id":"1","source":"erp://a","type":"io.sightline.inventory.counted'
        b'.v1","time":"2024-01-01T00:00:00Z","data":{"item":"A","loc":"L","q":{"qty":"1",'
        b'"uom":"EA"}}}\n'
    )
    page = tried(bring(open_page("import"), ("e.ndjson", line)))
    assert "This is events in CloudEvents form." in html(page)
    assert "1 EA of A at L counted" in html(imported(page)) or "1 row accepted" in html(page)


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("empty.csv", b"", "empty.csv is empty"),
        ("head.csv", b"Item,Qty\n", "has a header but no rows"),
        ("bomb.parquet", b"not parquet", "is cut off or is no Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    open_page: Open, home: Path, name: str, body: bytes, said: str
) -> None:
    page = bring(open_page("import"), (name, body))
    assert not page.exception
    assert "That file cannot be taken." in html(page)
    assert said in html(page)
    assert str(home) not in html(page)
    assert list((home / "uploads").iterdir()) == []


def test_what_the_data_say_is_text(open_page: Open) -> None:
    body = (
        b"Item <b>,Date,Qty,Note\n<script>x</script>,2024-01-01,1,<i>\n<u>,2024-01-02,2,<i>\n"
    )
    page = tried(bring(open_page("import"), ("<b>x.csv", body)))
    assert "<script>" not in html(page)
    assert "&lt;script&gt;" in html(page)


def test_an_address_that_is_over_says_so(open_page: Open) -> None:
    page = open_page("import", upload="0" * 32)
    assert "These files are not here any more." in html(page)
    assert not open_page("import", upload="../../etc").exception


def test_nobody_imports_where_others_reach_the_page(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a dashboard that other machines reach
    monkeypatch.setenv("SIGHTLINE_HOST", "0.0.0.0")  # noqa: S104  the point of the test
    # when its page opens, then it says so and takes nothing
    page = open_page("import")
    assert "takes no files" in html(page)
    assert len(page.file_uploader) == 0
    # and what changes something refuses by itself
    with pytest.raises(ImportFileError, match="set SIGHTLINE_IMPORTS=on"):
        data_imports.keep([("a.csv", b"Item,Qty\nA,1\n")])
    # but whoever put a proxy in front may allow it
    monkeypatch.setenv("SIGHTLINE_IMPORTS", "on")
    assert len(open_page("import").file_uploader) == 1
