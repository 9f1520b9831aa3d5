# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reason means in plain words, and what to do about it."""

from typing import NamedTuple

from sightline.aid.letters.interchanges import INTERCHANGES

MEND = "Mend the value and send it again, or ask the source to send it right."
AT_SOURCE = "Have the source write it right; this one can be mended and sent again."
BY_MAPPING = "Say in the mapping how the column is to be read, then retry; or mend the row."


class Advice(NamedTuple):
    """A reason in words, and the way out."""

    words: str
    mend: str


ADVICE = {code: Advice(*told) for code, told in INTERCHANGES.items()} | {
    "conflict": Advice(
        "Two events with one id",
        "The first one stays. If this one is another event, give it an id of its own; if it "
        "corrects the first, also name that in `corrects`. If it is the same, discard it.",
    ),
    "not_json": Advice("No JSON", AT_SOURCE),
    "not_utf8": Advice("Not in UTF-8", AT_SOURCE),
    "not_gzip": Advice("Damaged gzip", "Have the sender pack it again and send it once more."),
    "too_deep": Advice("Nested too deeply", AT_SOURCE),
    "too_large": Advice(
        "Too long",
        "Only its beginning was kept. Have the source send it in smaller events, then discard "
        "this one.",
    ),
    "empty": Advice("Empty", "There is nothing to save: discard it."),
    "not_an_object": Advice("No object", "Expected one JSON object for each event. " + MEND),
    "not_a_list": Advice("No list", "Expected a list of events. Have the sender mend it."),
    "duplicate_key": Advice(
        "A field stated twice", "Nobody can say which of the two is meant: keep one of them."
    ),
    "missing": Advice("A field is missing", "Add the field and send it again."),
    "wrong_type": Advice("A value of the wrong kind", MEND),
    "not_allowed": Advice("A value that is not on the list", MEND),
    "out_of_range": Advice("A value out of range", MEND),
    "too_long": Advice("A text that is too long", "Shorten the text and send it again."),
    "unknown_type": Advice(
        "An unknown type of event",
        "Mend the type; `sightline events list` shows them. After an update that knows the "
        "type, retry as it is.",
    ),
    "unknown_entity": Advice(
        "An unknown kind of master record", "Mend `data.entity`; the reason lists the kinds."
    ),
    "wrong_key": Advice("A key that contradicts its fields", "Let key and fields agree."),
    "ends_before_it_begins": Advice("An end before its beginning", "Swap or mend the two."),
    "negative": Advice(
        "A negative quantity",
        "The direction comes from the type of event. Choose the type that means it, or drop "
        "the sign; in a mapping with `abs: true`.",
    ),
    "zero": Advice("A quantity of 0", "Nothing moves by it: discard it, or mend the quantity."),
    "not_representable": Advice(
        "A quantity that four decimals cannot hold",
        "State it in a unit in which it is exact, or mend the conversion; in a mapping with "
        "`round: 4`.",
    ),
    "no_conversion": Advice(
        "No conversion to the base unit",
        "Bring in the item's unit (master data, item_uom) with a validity that covers the "
        "event's time: what waits for it is then taken in by itself. A unit that no record "
        "will ever name is mended here; a conversion that the event states itself, too.",
    ),
    "unknown_unit": Advice(
        "An unknown unit of measure",
        "Use a code of UNECE Rec 20 such as EA, KGM or CT; in a mapping with `map`. After an "
        "update that knows the unit, retry as it is.",
    ),
    "bad_conversion": Advice(
        "A conversion that is not right", "State it as two whole numbers above 0."
    ),
    "too_large_a_number": Advice("A number that is too large", MEND),
    "not_a_currency": Advice("An unknown currency", "Use an ISO 4217 code such as EUR."),
    "unknown_zone": Advice(
        "An unknown time zone", "Use a name of the IANA list such as Europe/Berlin."
    ),
    "not_a_link": Advice("No link template", "The reason says what a link may look like."),
    "no_offset": Advice(
        "A time without an offset",
        "Nobody can say which hour is meant: add the offset, such as +01:00 or Z. Files get "
        "it from the mapping's `zone`.",
    ),
    "not_a_time": Advice("No time", MEND),
    "bad_time": Advice(
        "A time that cannot be read",
        "Name its form under `formats` in the mapping, then retry.",
    ),
    "bad_date": Advice(
        "A date that cannot be read",
        "Name its form under `formats` in the mapping, then retry.",
    ),
    "no_time": Advice(
        "No time", "Say in the mapping which column has the time, or mend the row."
    ),
    "not_a_decimal": Advice("No number", BY_MAPPING),
    "not_a_number": Advice("No number", BY_MAPPING),
    "not_whole": Advice("No whole number", BY_MAPPING),
    "not_a_flag": Advice("Neither yes nor no", BY_MAPPING),
    "missing_number": Advice("A number is missing", "Fill it in, or let a rule deal with it."),
    "missing_case": Advice("No case", "Without a case a step belongs nowhere: fill it in."),
    "missing_activity": Advice("No activity", "Fill in what was done."),
    "wrong_columns": Advice(
        "Too many or too few values",
        "Often a delimiter inside a text without quotes. Write the row as it was meant.",
    ),
    "error_cell": Advice("A formula that failed", "Mend the cell in the workbook or here."),
    "no_rule": Advice(
        "No rule of the mapping holds", "Add a rule for such rows to the mapping, then retry."
    ),
    "negative_price": Advice(
        "A price below 0", "Bad debts and the like, no trade: usually to be discarded."
    ),
    "second_count": Advice(
        "Two counts of one item in one list",
        "The first row counts. Find out which is right; discard this one, or mend the file.",
    ),
    "no_event": Advice(
        "The mapping makes nothing of it",
        "Add a rule for such rows to the mapping, then retry.",
    ),
    "unreadable": Advice(
        "A damaged piece of the log", "Import its file again; run `sightline doctor`."
    ),
}
OF_MAPPING = Advice(
    "",
    "The mapping rejects such rows. If that is right, discard it; if not, change the mapping "
    "and retry.",
)
MISSING = "Fill it in, or say in the mapping what to do without."
UNKNOWN = "Use one that the reason lists; in a mapping with `map`."


def advice_for(code: str) -> Advice:
    """Return what `code` means; a code of a mapping's own is told by its name.

    >>> advice_for("no_offset").words
    'A time without an offset'
    >>> advice_for("test_order").words
    'Test order'
    """
    known = ADVICE.get(code)
    if known:
        return known
    if code.startswith("missing_"):
        return Advice(f"No {_plain(code.removeprefix('missing_'))}", MISSING)
    if code.startswith("unknown_"):
        return Advice(f"An unknown {_plain(code.removeprefix('unknown_'))}", UNKNOWN)
    return OF_MAPPING._replace(words=_plain(code).capitalize() or "Refused")


def _plain(code: str) -> str:
    return code.replace("_", " ").strip()
