# SPDX-License-Identifier: AGPL-3.0-or-later
"""Units of X12 (element 355) and EDIFACT (6411) as codes of UNECE Rec 20 and 21.

The two lists use the same letters for different things: X12's CA is a case, Rec 21's a can.
"""

from collections.abc import Mapping

from sightline.events import units
from sightline.imports.edi.refused import Refused

EACH = "EA"
X12 = {
    "EA": "EA", "PC": "EA", "UN": "EA", "PR": "PR", "DZ": "DZN", "DP": "DPR", "GS": "GRO",
    "GG": "GGR", "HU": "CEN", "TH": "MIL", "ST": "SET", "KT": "KT", "AS": "AS", "LO": "LO",
    # packages; CS is cassette in the standard and case in practice
    "CA": "CS", "CS": "CS", "CT": "CT", "BX": "BX", "PK": "PK", "PH": "PK", "PL": "PX",
    "BG": "BG", "BD": "BE", "BO": "BO", "CN": "CX", "DR": "DR", "BR": "BA", "PA": "PL",
    "RL": "RL", "RO": "RO", "TB": "TU", "JR": "JR", "SH": "ST", "VI": "VI", "KE": "KG",
    # mass
    "LB": "LBR", "OZ": "ONZ", "KG": "KGM", "GR": "GRM", "ME": "MGM", "CW": "CWA", "TN": "STN",
    "MP": "TNE", "LG": "LTN",
    # volume
    "GA": "GLL", "QT": "QTL", "PT": "PTL", "FO": "OZA", "LT": "LTR", "ML": "MLT", "CF": "FTQ",
    "CI": "INQ", "CY": "YDQ", "CR": "MTQ", "CC": "CMQ",
    # length and area
    "FT": "FOT", "LF": "FOT", "IN": "INH", "YD": "YRD", "MR": "MTR", "CM": "CMT", "MM": "MMT",
    "LM": "LM", "SF": "FTK", "SI": "INK", "SY": "YDK", "SM": "MTK",
    "HR": "HUR", "DA": "DAY",
}  # fmt: skip
EDIFACT = {"": EACH, "PCE": EACH, "PCS": EACH}
"""EANCOM leaves the unit out where pieces are meant; PCE is the older code for them."""


def unit_of(code: str, standard: str, own: Mapping[str, str], field: str) -> str:
    """Return the unit that `code` means: by the partner's `own` table first.

    Raises
    ------
    Refused
        Nothing says what it means; the message tells how to.

    Examples
    --------
    >>> unit_of("CA", "X12", {}, "PO103"), unit_of("CA", "X12", {"CA": "BX"}, "PO103")
    ('CS', 'BX')
    """
    if code in own:
        return own[code]
    if standard == "X12":
        found = X12.get(code)
    else:
        found = EDIFACT.get(code, code if units.is_known(code) else None)
    if found is None:
        advice = f"say what it is in the mapping, such as `units: {{{code or 'XX'}: EA}}`"
        raise Refused(
            "unknown_unit", f"{field} is {code!r}, no unit known here; {advice}", field
        )
    return found
