# SPDX-License-Identifier: AGPL-3.0-or-later
"""Discovered trees and their BPMN, checked by PM4Py's own reader and alignments."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mining import bpmn
from mining.discovery import discover, inductive
from mining.tree import Tree
from sightline.errors import MiningError
from sightline.store import Store

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"

VARIANTS = {
    ("ask", "check", "approve", "pay"): 60,
    ("ask", "approve", "check", "pay"): 30,
    ("ask", "reject", "ask", "check", "approve", "pay"): 9,
    ("ask", "pay"): 5,
}


def test_a_straight_process_is_a_sequence() -> None:
    found = inductive({("a", "b", "c"): 3}, noise=0)
    assert str(found) == "sequence('a', 'b', 'c')"


def test_any_order_is_parallel_and_either_is_a_choice() -> None:
    assert str(inductive({("a", "b"): 1, ("b", "a"): 1}, noise=0)) == "parallel('a', 'b')"
    assert str(inductive({("a",): 1, ("b",): 1}, noise=0)) == "choice('a', 'b')"


def test_rare_paths_are_ignored_when_asked_to() -> None:
    variants = {("a", "b", "c"): 99, ("b", "c", "a"): 1}
    assert str(inductive(variants, noise=0.2)) == "sequence('a', 'b', 'c')"
    assert str(inductive(variants, noise=0)) == "parallel('a', sequence('b', 'c'))"


def test_the_order_of_the_variants_does_not_matter() -> None:
    backwards = dict(reversed(VARIANTS.items()))
    assert inductive(VARIANTS, noise=0) == inductive(backwards, noise=0)


def test_a_model_is_discovered_from_the_mined_variants(four_cases: Store) -> None:
    found = discover(four_cases, "p", noise=0)
    assert {"requested", "approved", "released"} <= set(_labels(found))


def test_an_unknown_process_has_no_model(four_cases: Store) -> None:
    with pytest.raises(MiningError, match="no process 'q'"):
        discover(four_cases, "q")


@pytest.mark.filterwarnings("ignore")  # of PM4Py's solver: it takes any for a failure
def test_without_noise_every_variant_fits_the_bpmn(tmp_path: Path) -> None:
    # given a model in which every variant counts, as BPMN
    text = bpmn.write(inductive(VARIANTS, noise=0), name="claims")
    # when PM4Py reads the file and aligns the variants with it
    fitness = _fitness(tmp_path, text, [*VARIANTS, ("pay", "ask")])
    # then all of them fit, and another one does not
    assert fitness[:-1] == [1.0] * len(VARIANTS)
    assert fitness[-1] < 1


TREES = st.recursive(
    st.sampled_from("abc").map(lambda label: Tree("activity", label)) | st.just(Tree("silent")),
    lambda inner: st.builds(
        Tree,
        st.sampled_from(["sequence", "choice", "parallel", "loop"]),
        st.just(""),
        st.lists(inner, min_size=2, max_size=3).map(tuple),
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(tree=TREES)
def test_any_tree_becomes_one_connected_drawing_without_overlaps(tree: Tree) -> None:
    # given the BPMN of any tree
    root = ET.fromstring(bpmn.write(tree, name="any"))  # noqa: S314
    # then every activity is a task, every shape but the ends has ways in and out
    process = root.find(f"{BPMN}process")
    assert process is not None
    tasks = [shape.get("name") for shape in process.iter(f"{BPMN}task")]
    assert sorted(tasks) == sorted(_labels(tree))
    for shape in process:
        ins, outs = (len(shape.findall(f"{BPMN}{word}")) for word in ("incoming", "outgoing"))
        kind = shape.tag.removeprefix(BPMN)
        if kind != "sequenceFlow":
            assert (ins > 0, outs > 0) == (kind != "startEvent", kind != "endEvent")
    # and no shape lies on another
    boxes = [_box(shape) for shape in root.iter(f"{DC}Bounds")]
    assert not any(
        _overlap(one, other) for at, one in enumerate(boxes) for other in boxes[at + 1 :]
    )


def test_the_text_is_the_same_every_time() -> None:
    tree = inductive(VARIANTS, noise=0)
    assert bpmn.write(tree, name="claims") == bpmn.write(tree, name="claims")


def test_names_are_escaped() -> None:
    text = bpmn.write(Tree("activity", 'pay <"now"> & go'), name="a&b")
    task = ET.fromstring(text).find(f"{BPMN}process/{BPMN}task")  # noqa: S314
    assert task is not None
    assert task.get("name") == 'pay <"now"> & go'


def test_a_tree_is_plain_values_for_json() -> None:
    tree = Tree("choice", children=(Tree("activity", "pay"), Tree("silent")))
    assert tree.as_dict() == {
        "operator": "choice",
        "children": [{"operator": "activity", "label": "pay"}, {"operator": "silent"}],
    }


def _labels(tree: Tree) -> list[str]:
    below = [label for child in tree.children for label in _labels(child)]
    return [tree.label, *below] if tree.label else below


def _fitness(folder: Path, text: str, variants: list[tuple[str, ...]]) -> list[float]:
    import pm4py  # noqa: PLC0415
    from pm4py.objects.log.obj import Event, EventLog, Trace  # noqa: PLC0415

    path = folder / "model.bpmn"
    path.write_text(text, encoding="utf-8")
    net = pm4py.convert_to_petri_net(pm4py.read_bpmn(str(path)))
    log = EventLog(
        [Trace([Event({"concept:name": each}) for each in order]) for order in variants]
    )
    found: list[dict[str, Any]] = pm4py.conformance_diagnostics_alignments(log, *net)
    return [each["fitness"] for each in found]


def _box(bounds: ET.Element) -> tuple[int, int, int, int]:
    x, y, width, height = (int(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
