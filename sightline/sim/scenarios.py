# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may happen to a world, by name: how a name is read.

A scenario is a bundle of injectors. An injector alone is one too, by its code, and so are
several of either joined by ``+``.
"""

from difflib import get_close_matches

from sightline.errors import SettingsError
from sightline.sim.inject.catalogue import WHERE
from sightline.sim.stories import ALIASES, BUNDLES, SINGLES, Scenario

JOINT, VARIANT = "+", ":"
KNOWN = {each.name: each for each in (*BUNDLES, *SINGLES)}
"""Every scenario that has a name of its own, injectors included."""


def find(name: str) -> Scenario:
    """Return the scenario called `name`; capitals do not matter, ``J8:b`` is ``J8b``.

    >>> find("x8+J6").injectors
    ('X8', 'X10')

    Raises
    ------
    SettingsError
        There is none.
    """
    parts = [_one(part.strip(), name.strip()) for part in name.split(JOINT)]
    if len(parts) == 1:
        return parts[0]
    codes = {code for part in parts for code in part.injectors}
    return Scenario(
        name=JOINT.join(part.name for part in parts),
        injectors=tuple(code for code in WHERE if code in codes),
        story=" ".join(part.story for part in parts),
        look={page: part.look[page] for part in parts for page in part.look},
    )


def _one(part: str, whole: str) -> Scenario:
    spelled = {name.upper(): name for name in (*KNOWN, *ALIASES)}
    asked = spelled.get(part.upper().replace(VARIANT, ""))
    if asked is not None:
        return KNOWN[ALIASES.get(asked, asked)]
    near = get_close_matches(part.upper(), spelled, n=3, cutoff=0.5)
    names = ", ".join(spelled[each] for each in near) or "null, J1 to J9 or X1 to X18"
    inside = f" in {whole!r}" if part != whole else ""
    raise SettingsError(
        f"There is no scenario {part!r}{inside}; expected one such as {names}. "
        "`sightline simulate --list` shows them all; join several with '+'."
    )
