# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the reasons of EDI interchanges mean, and what to do about each."""

SENDER = "Have the sender send the interchange again, whole; its other documents were taken."
AGAIN = "import the file again: what was refused comes in, the rest adds nothing."
BY_PROFILE = f"Say it in the partner's mapping, then {AGAIN}"
NO_EVENT = "No event says that. Discard it once it is dealt with where it belongs."

INTERCHANGES: dict[str, tuple[str, str]] = {
    "bad_header": ("A damaged interchange", SENDER),
    "bad_hierarchy": ("A level of the shipment that hangs nowhere", SENDER),
    "blanket_order": ("A blanket order", "It commits to nothing: usually to be discarded."),
    "control_character": ("A control character in a text", SENDER),
    "control_number": ("A document closed under another's number", SENDER),
    "damaged_envelope": ("A document whose sender is in doubt", SENDER),
    "interchange_count": ("An interchange that counts wrongly", SENDER),
    "line_count": ("A document that counts its lines wrongly", SENDER),
    "no_answer": ("A line without an answer", "Ask the supplier what holds for the line."),
    "no_date": ("A document without a date", SENDER),
    "no_interchange": (
        "Text outside of any interchange",
        "Often a note of some program: discard it. Part of a document? " + SENDER,
    ),
    "no_item": ("A line without an item", SENDER),
    "no_lines": (
        "A document without lines",
        "It says nothing about items: usually to be discarded.",
    ),
    "no_location": ("A line without a location", BY_PROFILE),
    "no_order": ("A shipped line without an order", SENDER),
    "no_order_line": ("A shipped line without the order's line", SENDER),
    "no_quantity": ("A line without a quantity", SENDER),
    "no_segment": ("A damaged segment", SENDER),
    "not_a_date": ("A date that cannot be read", SENDER),
    "not_on_hand": ("A stock report without the quantity on hand", NO_EVENT),
    "purpose": ("A purpose that no event has", NO_EVENT),
    "repeated_line": ("A line number that occurs twice", SENDER),
    "segment_count": ("A document that lost or gained a segment", SENDER),
    "sent_by_us": ("A document of ours", NO_EVENT),
    "set_count": ("A group from which documents are missing", SENDER),
    "stray_segment": ("A segment outside of any document", SENDER),
    "test_interchange": (
        "A test of the sender",
        f"Discard it, or take tests by the partner's mapping and {AGAIN}",
    ),
    "truncated": ("A document without an end", SENDER),
    "truncated_interchange": (
        "An interchange without an end",
        f"Fetch it again whole and {AGAIN}",
    ),
    "wrong_charset": ("Characters that the interchange does not have", BY_PROFILE),
}
