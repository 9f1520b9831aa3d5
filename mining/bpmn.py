# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write a process tree as BPMN 2.0 with its drawing; no `dot`, and the same text every time."""

from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from mining.tree import Tree

SPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
TASK = (140, 60)
GATEWAY = (50, 50)
EVENT = (36, 36)
GAP = 40
SILENT = (0, 20)

_GATEWAYS = {
    "choice": "exclusiveGateway",
    "loop": "exclusiveGateway",
    "parallel": "parallelGateway",
}


@dataclass(frozen=True, slots=True)
class _Node:
    """One shape; x and y are its upper left corner."""

    name: str
    kind: str
    label: str
    x: int
    y: int
    size: tuple[int, int]

    @property
    def left(self) -> tuple[int, int]:
        return self.x, self.y + self.size[1] // 2

    @property
    def right(self) -> tuple[int, int]:
        return self.x + self.size[0], self.y + self.size[1] // 2

    @property
    def below(self) -> tuple[int, int]:
        return self.x + self.size[0] // 2, self.y + self.size[1]


@dataclass(frozen=True, slots=True)
class _Flow:
    """An arrow; `row` is the height that it keeps where nothing happens on its way."""

    source: _Node
    target: _Node
    row: int | None = None

    def waypoints(self) -> list[tuple[int, int]]:
        """Return the corners of the arrow, which has level and upright parts only."""
        if self.target.x < self.source.x:
            return self._back()
        (x, y), (to_x, to_y) = self.source.right, self.target.left
        out, into = x + GAP // 2, to_x - GAP // 2
        if self.row is not None:
            row = self.row
            return [(x, y), (out, y), (out, row), (into, row), (into, to_y), (to_x, to_y)]
        bend = [] if y == to_y else [(out, y), (out, to_y)]
        return [(x, y), *bend, (to_x, to_y)]

    def _back(self) -> list[tuple[int, int]]:
        (x, y), (to_x, to_y) = self.source.below, self.target.below
        if self.row is not None:
            return [(x, y), (x, self.row), (to_x, self.row), (to_x, to_y)]
        if self.target.y > self.source.y:
            return [(x, y), (x, self.target.right[1]), self.target.right]
        return [self.source.left, (to_x, self.source.left[1]), (to_x, to_y)]


@dataclass(slots=True)
class _Drawing:
    """Shapes and flows, numbered in the order in which the tree is walked."""

    nodes: list[_Node] = field(default_factory=list)
    flows: list[_Flow] = field(default_factory=list)

    def node(
        self, kind: str, middle: tuple[int, int], size: tuple[int, int], label: str = ""
    ) -> _Node:
        """Add a shape whose left edge has its middle at `middle`."""
        x, y = middle[0], middle[1] - size[1] // 2
        self.nodes.append(_Node(f"{kind}_{len(self.nodes) + 1}", kind, label, x, y, size))
        return self.nodes[-1]

    def block(self, tree: Tree, x: int, y: int, before: _Node) -> _Node:
        """Draw `tree` after `before`, upper left corner at (x, y); return its last shape."""
        match tree.operator:
            case "silent":
                return before
            case "activity":
                middle = (x, y + TASK[1] // 2)
                return self._after(before, self.node("task", middle, TASK, tree.label))
            case "sequence":
                return self._sequence(tree, x, y, before)
            case "loop":
                return self._loop(tree, x, y, before)
            case _:
                return self._branches(tree, x, y, before)

    def _after(self, before: _Node, node: _Node) -> _Node:
        self.flows.append(_Flow(before, node))
        return node

    def _sequence(self, tree: Tree, x: int, y: int, before: _Node) -> _Node:
        height = _size(tree)[1]
        for child in tree.children:
            width, own = _size(child)
            before = self.block(child, x, y + (height - own) // 2, before)
            x += width + GAP
        return before

    def _branches(self, tree: Tree, x: int, y: int, before: _Node) -> _Node:
        width, height = _size(tree)
        kind, middle = _GATEWAYS[tree.operator], y + height // 2
        split = self._after(before, self.node(kind, (x, middle), GATEWAY))
        lasts = [
            (self.block(child, x + GATEWAY[0] + GAP, top, split), top + _size(child)[1] // 2)
            for child, top in _rows(tree.children, y)
        ]
        join = self.node(kind, (x + width - GATEWAY[0], middle), GATEWAY)
        self.flows += [_Flow(end, join, row if end is split else None) for end, row in lasts]
        return join

    def _loop(self, tree: Tree, x: int, y: int, before: _Node) -> _Node:
        width, inner = _size(tree)[0], x + GATEWAY[0] + GAP
        middle = y + _size(tree.children[0])[1] // 2
        (done, top), *again = _rows(tree.children, y)
        join = self._after(before, self.node(_GATEWAYS["loop"], (x, middle), GATEWAY))
        last = self.block(done, inner, top, join)
        right = (x + width - GATEWAY[0], middle)
        split = self._after(last, self.node(_GATEWAYS["loop"], right, GATEWAY))
        for child, row in again:
            end = self.block(child, inner, row, split)
            passing = row + _size(child)[1] // 2 if end is split else None
            self.flows.append(_Flow(end, join, passing))
        return split


def write(tree: Tree, *, name: str) -> str:
    """Return `tree` as the text of a BPMN file; `name` is shown as the name of the process."""
    drawing = _drawn(tree)
    for prefix, address in SPACES.items():
        ET.register_namespace(prefix, address)
    root = ET.Element(_tag("bpmn", "definitions"), targetNamespace="urn:sightline:process")
    process = ET.SubElement(
        root, _tag("bpmn", "process"), id="process", name=name, isExecutable="false"
    )
    _write_model(process, drawing)
    diagram = ET.SubElement(root, _tag("bpmndi", "BPMNDiagram"), id="diagram")
    plane = ET.SubElement(
        diagram, _tag("bpmndi", "BPMNPlane"), id="plane", bpmnElement="process"
    )
    _write_shapes(plane, drawing)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _drawn(tree: Tree) -> _Drawing:
    drawing, (width, height) = _Drawing(), _size(tree)
    start = drawing.node("startEvent", (GAP, GAP + height // 2), EVENT, "start")
    x = start.right[0] + GAP
    last = drawing.block(tree, x, GAP, start)
    end = drawing.node("endEvent", (x + width + GAP, GAP + height // 2), EVENT, "end")
    drawing.flows.append(_Flow(last, end))
    return drawing


def _size(tree: Tree) -> tuple[int, int]:
    sizes = [_size(child) for child in tree.children]
    match tree.operator:
        case "silent":
            return SILENT
        case "activity":
            return TASK
        case "sequence":
            widths = sum(width for width, _ in sizes) + GAP * (len(sizes) - 1)
            return widths, max(height for _, height in sizes)
        case _:
            width = max(width for width, _ in sizes) + 2 * (GATEWAY[0] + GAP)
            return width, sum(height for _, height in sizes) + GAP * (len(sizes) - 1)


def _rows(children: tuple[Tree, ...], y: int) -> list[tuple[Tree, int]]:
    rows = []
    for child in children:
        rows.append((child, y))
        y += _size(child)[1] + GAP
    return rows


def _write_model(process: ET.Element, drawing: _Drawing) -> None:
    for node in drawing.nodes:
        shape = ET.SubElement(process, _tag("bpmn", node.kind), id=node.name)
        if node.label:
            shape.set("name", node.label)
        for word, end in (("incoming", "target"), ("outgoing", "source")):
            for at, flow in enumerate(drawing.flows, start=1):
                if getattr(flow, end) is node:
                    ET.SubElement(shape, _tag("bpmn", word)).text = f"flow_{at}"
    for at, flow in enumerate(drawing.flows, start=1):
        ends = {"sourceRef": flow.source.name, "targetRef": flow.target.name}
        ET.SubElement(process, _tag("bpmn", "sequenceFlow"), {"id": f"flow_{at}", **ends})


def _write_shapes(plane: ET.Element, drawing: _Drawing) -> None:
    for node in drawing.nodes:
        shape = ET.SubElement(
            plane, _tag("bpmndi", "BPMNShape"), id=f"{node.name}_di", bpmnElement=node.name
        )
        box = {"x": node.x, "y": node.y, "width": node.size[0], "height": node.size[1]}
        ET.SubElement(
            shape, _tag("dc", "Bounds"), {key: str(value) for key, value in box.items()}
        )
    for at, flow in enumerate(drawing.flows, start=1):
        edge = ET.SubElement(
            plane, _tag("bpmndi", "BPMNEdge"), id=f"flow_{at}_di", bpmnElement=f"flow_{at}"
        )
        for x, y in flow.waypoints():
            ET.SubElement(edge, _tag("di", "waypoint"), x=str(x), y=str(y))


def _tag(space: str, name: str) -> str:
    return f"{{{SPACES[space]}}}{name}"
