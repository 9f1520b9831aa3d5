# SPDX-License-Identifier: AGPL-3.0-or-later
"""Standing counts as a table: what is asked for is what was said last, after a restart too."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from streams.logic.anchors import Count
from streams.logic.count_log import CountLog

ties = st.sampled_from([b"", b"1", b"2", b"x" * 65, b"x" * 64 + b"y"])
counts = st.builds(
    lambda time, source, sequence, id_, q: Count((time, time, source, sequence, id_), q, q - 1),
    st.integers(0, 3),
    st.sampled_from(["erp://a", "wms://é"]),
    ties,
    ties,
    st.integers(-5, 5),
)
said = st.lists(
    st.tuples(st.integers(0, 2), st.lists(counts, max_size=4), st.sampled_from("ars")),
    max_size=20,
)


@given(said)
def test_the_counts_of_a_pair_are_what_was_said_last(
    script: list[tuple[int, list[Count], str]],
) -> None:
    # given counts that are added, worked out anew, and a restart now and then
    log, expected = CountLog(), dict[int, dict[object, Count]]()
    for pair, some, what in script:
        mine = expected.setdefault(pair, {})
        if what == "a":
            last = max((c.moment for c in mine.values()), default=None)
            new = {c.moment: c for c in some if last is None or c.moment > last}
            later = [new[moment] for moment in sorted(new)]
            log.add([pair] * len(later), later)
            mine.update(new)
        elif what == "r":
            expected[pair] = {c.moment: c for c in some}
            log.replace(pair, [expected[pair][moment] for moment in sorted(expected[pair])])
        else:
            log = pickle.loads(pickle.dumps(log))  # noqa: S301 - just written
        # then every pair has those that stand, in order
        for each, standing in expected.items():
            assert log.get(each) == [standing[moment] for moment in sorted(standing)]
