# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names that files bring are text in labels, titles and helps, which are Markdown."""

import ast
import html
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from dashboard import markup

Open = Callable[..., AppTest]
DASHBOARD = Path(__file__).parents[2] / "dashboard"
NAME = "![i](http://evil.test:9/COL.png) [click](http://evil.test/L) :red[R] $\\alpha$"
NASTY = [
    NAME,
    "`c` **b** _u_ __d__ ~~s~~ &amp; &#42; <b>x</b>",
    "1. one",
    "# head",
    "> said",
    "- point",
    "+ point",
    "=== ",
    "a | b\n\n# c",
    "[x]: http://evil.test",
    "back\\slash\\",
    ":material/home: :smile: me@evil.test www.evil.test a -> b",
]
MARKDOWN = frozenset(
    {"badge", "button", "caption", "checkbox", "dialog", "download_button", "error", "expander"}
    | {"file_uploader", "header", "info", "link_button", "markdown", "metric", "multiselect"}
    | {"number_input", "page_link", "pills", "popover", "progress", "radio", "selectbox"}
    | {"segmented_control", "slider", "spinner", "status", "subheader", "success", "tabs"}
    | {"text_area", "text_input", "title", "toast", "toggle", "warning", "write"}
)
SAFE = {("markup", "plain"), ("wording", "count"), ("wording", "exact"), ("wording", "number")}
SAFE |= {("", "len")}


@pytest.mark.parametrize("text", NASTY)
def test_plain_text_is_no_markdown(text: str) -> None:
    # given a text that is Markdown
    # when it is made plain and read as Markdown
    shown = MarkdownIt("commonmark").render(markup.plain(text))
    # then one paragraph shows it, blanks aside
    assert shown.startswith("<p>")
    assert shown.endswith("</p>\n")
    body = shown.removeprefix("<p>").removesuffix("</p>\n")
    assert "<" not in body
    assert html.unescape(body).replace(markup.UNSEEN, "") == " ".join(text.split())


@pytest.mark.parametrize("text", [":material/home:", "http://x.y", "www.x.y", "a@b.c", "->"])
def test_what_streamlit_looks_for_after_markdown_is_broken_up(text: str) -> None:
    assert text not in markup.plain(text).replace("\\", "")


@pytest.mark.parametrize(
    "text", ["Artikelnr", "order_id", "Stk/Kg", "Price (EUR)", "lager.csv"]
)
def test_what_is_no_markdown_stays_as_it_is(text: str) -> None:
    assert markup.plain(text) == text


def test_names_of_a_file_are_escaped_in_every_label_of_the_import_page(open_page: Open) -> None:
    # given a file whose name and columns are Markdown
    page = open_page("import")
    body = f'"{NAME}",Artikel,Menge\nx,A-1,4\ny,A-2,3\n'.encode()
    page.file_uploader[0].set_value([("www.evil.test x.csv", body, "text/csv")])
    page.run()
    # then they stand in titles and labels, none of them as Markdown
    assert not page.exception
    titles = [each.value for each in page.subheader]
    assert f"What is {markup.plain('www.evil.test x.csv')}?" in titles
    labels = [each.label for each in (*page.selectbox, *page.text_input, *page.button)]
    assert f"What {markup.plain(NAME)} means" in labels
    helps = [each.help for each in (*page.selectbox, *page.text_input) if each.help]
    said = [*titles, *labels, *helps, *(each.label for each in page.expander)]
    assert not [each for each in said if "![" in each or ":red[" in each or "](http:" in each]
    assert not [each for each in said if "www.evil" in each]


@pytest.mark.parametrize("path", sorted(DASHBOARD.rglob("*.py")), ids=lambda path: path.stem)
def test_no_label_is_made_of_data_but_through_plain(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for function in filter(lambda node: isinstance(node, ast.FunctionDef), ast.walk(tree)):
        for text in _labels(function):
            assert _is_safe(text, function), f"{path.name}:{text.lineno}: {ast.unparse(text)}"


def _labels(function: ast.AST) -> Iterator[ast.expr]:
    """Yield each text that Streamlit reads as Markdown."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and _name(node.func) in {("st", e) for e in MARKDOWN}:
            first = int(_name(node.func) in {("st", "progress"), ("st", "page_link")})
            yield from node.args[first : first + 1]
            named = {"label", "body", "help", "text"}
            yield from (each.value for each in node.keywords if each.arg in named)


def _is_safe(text: ast.expr, function: ast.AST) -> bool:
    """Tell whether `text` holds our own words, numbers and plain texts only."""
    if isinstance(text, ast.Call):
        return _name(text.func) in SAFE
    if isinstance(text, ast.Name):
        given = list(_given(text.id, function))
        return bool(given) and all(_is_safe(each, function) for each in given)
    if isinstance(text, ast.IfExp):
        return _is_safe(text.body, function) and _is_safe(text.orelse, function)
    if isinstance(text, ast.FormattedValue):
        return _is_safe(text.value, function)
    if isinstance(text, ast.JoinedStr | ast.BoolOp):
        return all(_is_safe(each, function) for each in text.values)
    return isinstance(text, ast.Constant)


def _given(name: str, function: ast.AST) -> Iterator[ast.expr]:
    """Yield what is assigned to `name` in a function."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = zip(target.elts, node.value.elts, strict=True)
                    yield from (v for t, v in pairs if isinstance(t, ast.Name) and t.id == name)


def _name(called: ast.expr) -> tuple[str, str]:
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        return called.value.id, called.attr
    return "", called.id if isinstance(called, ast.Name) else ""
