# SPDX-License-Identifier: AGPL-3.0-or-later
"""YAML that people write: a key may stand once, and a short text makes no endless tree."""

from typing import Any

import yaml

from sightline.errors import MappingError, one_line

LONGEST = 256 << 10
MOST_NODES = 100_000
"""Values of a tree, those of an alias as often as it is used."""
MERGE = "tag:yaml.org,2002:merge"
_Loader = yaml.SafeLoader | yaml.BaseLoader


def load(text: str, origin: str, *, loader: type[_Loader] = yaml.SafeLoader) -> Any:
    """Return the tree in `text`.

    Parameters
    ----------
    loader
        ``yaml.SafeLoader``, or ``yaml.BaseLoader`` where every value shall stay text.

    Raises
    ------
    MappingError
        Naming `origin` and the line: it is no YAML, says a key twice, or is too large.
    """
    if len(text) > LONGEST:
        raise MappingError(
            f"{origin} has {len(text)} characters; expected a mapping of at most {LONGEST}. "
            "Name the file that explains the data, not the data."
        )
    try:
        reader = loader(text)
        node = reader.get_single_node()
        if node is None:
            return None
        if _size(node, origin, {}, set()) > MOST_NODES:
            raise MappingError(
                f"{origin} unfolds to more than {MOST_NODES} values; use fewer aliases (*name)."
            )
        return reader.construct_document(node)
    except yaml.YAMLError as error:
        raise _no_yaml(error, origin) from error
    except ValueError as error:  # such as the date 2020-02-31
        raise MappingError(f"{origin}: {one_line(error)}; mend that value.") from error
    except RecursionError as error:
        raise MappingError(f"{origin} is nested too deeply; see docs/mappings.md.") from error


def _size(node: yaml.Node, origin: str, known: dict[int, int], open_: set[int]) -> int:
    """Return how many values `node` unfolds to; refuse keys that stand twice, and circles."""
    if id(node) in known:
        return known[id(node)]
    if id(node) in open_:
        raise MappingError(
            f"{_at(node, origin)}: an alias (*name) contains itself; write it out."
        )
    open_.add(id(node))
    size = 1 + sum(_size(each, origin, known, open_) for each in _inside(node, origin))
    open_.remove(id(node))
    known[id(node)] = size
    return size


def _inside(node: yaml.Node, origin: str) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    if not isinstance(node, yaml.MappingNode):
        return []
    keys = [key for key, _ in node.value if key.tag != MERGE]
    said: set[tuple[str, str]] = set()
    for key in keys:
        name = (key.tag, str(key.value))
        if isinstance(key, yaml.ScalarNode) and name in said:
            raise MappingError(
                f"{_at(key, origin)}: the key {key.value!r} stands twice; keep one of them."
            )
        said.add(name)
    return [value for _, value in node.value]


def _at(node: yaml.Node, origin: str) -> str:
    return f"{origin}, line {node.start_mark.line + 1}"


def _no_yaml(error: yaml.YAMLError, origin: str) -> MappingError:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return MappingError(f"{origin} is not YAML: {one_line(error)}; mend it.")
    return MappingError(f"{origin}, line {mark.line + 1}, is not YAML; mend that line.")
