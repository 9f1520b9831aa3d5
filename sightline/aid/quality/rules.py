# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rules: what is asked of the data, why it matters, how to mend what is found."""

from sightline.aid.quality.rule import Rule
from sightline.errors import UnknownTypeError

RULES = (
    Rule(
        name="unit_without_factor",
        severity="high",
        one="unit that nothing converts",
        many="units that nothing converts",
        why="The events are dead letters: they are in no position and no demand.",
        mend="Fill in how many base units one unit is and import the file: the events are then "
        "taken in by themselves. What is no unit but a misspelled one, the mapping translates "
        "with a map.",
        place="Reason",
        detail="Unit",
        events="Dead letters",
        units="Quantity as stated",
        template="item_units",
    ),
    Rule(
        name="two_base_units",
        severity="high",
        one="item kept in two units",
        many="items kept in two units",
        why="Pieces and cases were added up as if they were the same: the position is wrong.",
        mend="Choose one base unit, state it in items.csv, state the other in item_units.csv: "
        "what was stated in the other one is then read by that. A base unit that was changed "
        "leaves what was stated in the old one as it is: count the item once to set it right.",
        detail="Units",
        events="Events",
        template="items",
    ),
    Rule(
        name="unit_not_base",
        severity="high",
        one="item with events in another unit than its base unit",
        many="items with events in another unit than their base unit",
        why="Nothing was converted when these events came, before the item's record. Those in "
        "pieces still count as they are; the others for nothing until a factor is known.",
        mend="State the factor in item_units.csv, with a validity that covers the events: what "
        "was stated in another unit than pieces is then read by it. For pieces, count the item "
        "once to set its position right.",
        place="Unit of the events",
        detail="Base unit",
        events="Events",
        units="Quantity moved, in that unit",
        template="item_units",
    ),
    Rule(
        name="suspect_quantity",
        severity="high",
        one="quantity that looks like packs taken for pieces",
        many="quantities that look like packs taken for pieces",
        why="Size and price are off by the same pack, in opposite directions. These events are "
        "set aside: until somebody says what is right, they are in no position and no demand.",
        mend="Ask who sent it. Then say `as_stated` or `as_packs` in an `exception.resolved` "
        "about it (see docs/quantities.md), or have the source reverse it and send the "
        "right one; a line of a document, send its next version.",
        place="Where",
        detail="Both readings",
        events="Events",
        units="Units in doubt",
        money="Worth at the usual price",
    ),
    Rule(
        name="factor_jump",
        severity="high",
        one="unit whose factor changed to more than twice or less than half",
        many="units whose factor changed to more than twice or less than half",
        why="A case seldom doubles from one day to the next: a slip in the factor makes every "
        "quantity in that unit wrong.",
        mend="If it is wrong, import the line again with the right factor and the same "
        "valid_from; it then holds. If it is right, leave it.",
        place="Unit",
        detail="Base units in one unit",
        template="item_units",
    ),
    Rule(
        name="missing_cost",
        severity="high",
        one="item without a cost",
        many="items without a cost",
        why="What lies there, what is too much of it and what a shortage costs has no value in "
        "money.",
        mend="Fill in what one base unit costs and in which currency, then import the file.",
        detail="Where",
        events="Order lines",
        units="On hand, units",
        money="Value at sales price",
        template="costs",
    ),
    Rule(
        name="missing_price",
        severity="medium",
        one="item ordered without a price",
        many="items ordered without a price",
        why="A shortage of it is worth nothing on Health, so it ranks last.",
        mend="Fill in the price of one base unit and its currency, then import the file.",
        events="Order lines",
        units="Ordered, units",
        template="costs",
    ),
    Rule(
        name="cost_above_price",
        severity="medium",
        one="item that costs more than it sells for",
        many="items that cost more than they sell for",
        why="Either every sale loses money, or the cost is that of a case and the price that "
        "of a piece.",
        mend="Check what both are for: one base unit. Import the right line again, with the "
        "same valid_from.",
        place="Location",
        detail="Per base unit",
        units="On hand, units",
        money="Loss on what is on hand",
        template="costs",
    ),
    Rule(
        name="item_without_master",
        severity="medium",
        one="item without a master record",
        many="items without a master record",
        why="Pages show its code alone, and no quantity in another unit can be converted.",
        mend="Fill in description and base unit, then import the file. An item that is a "
        "misspelled other one is mended where it comes from.",
        detail="Unit of its events",
        events="Events",
        units="On hand, units",
        template="items",
    ),
    Rule(
        name="base_unit_missing",
        severity="medium",
        one="item record without a base unit",
        many="item records without a base unit",
        why="Nothing tells a case from a piece: quantities are taken as they are stated.",
        mend="Fill in the base unit in the file, which holds the rest of each record, and "
        "import it.",
        detail="Description",
        units="On hand, units",
        template="items",
    ),
    Rule(
        name="location_without_master",
        severity="medium",
        one="location without a master record",
        many="locations without a master record",
        why="It belongs to no region and no calendar; it may be a second spelling of another.",
        mend="Fill in its name and kind, then import the file.",
        subject="Location",
        events="Events",
        template="locations",
    ),
    Rule(
        name="supplier_without_master",
        severity="medium",
        one="supplier without a master record",
        many="suppliers without a master record",
        why="Its lead time is unknown; it may be a second spelling of another.",
        mend="Fill in its name and lead time, then import the file.",
        subject="Supplier",
        events="Events",
        template="suppliers",
    ),
    Rule(
        name="customer_without_master",
        severity="medium",
        one="customer without a master record",
        many="customers without a master record",
        why="It has no tier, so nothing says whom to serve first.",
        mend="Fill in its name, tier and segment, then import the file.",
        subject="Customer",
        events="Events",
        template="customers",
    ),
    Rule(
        name="orphan_reference",
        severity="medium",
        one="code that records name and that does not exist",
        many="codes that records name and that do not exist",
        why="What should be looked up through it is not found.",
        mend="Add the missing record, or correct the code in the records that name it, and "
        "import that file again.",
        subject="Code",
        place="Named in",
        detail="Missing",
        events="Records",
    ),
    Rule(
        name="clause_without_contract",
        severity="medium",
        one="contract that only its clauses know",
        many="contracts that only their clauses know",
        why="A penalty without a contract belongs to no customer: nobody sees its cost coming.",
        mend="Fill in whose contract it is, then import the file.",
        subject="Contract",
        detail="Clauses",
        events="Clauses in all",
        template="contracts",
    ),
    Rule(
        name="twin_codes",
        severity="medium",
        one="set of codes that differ by case or blanks only",
        many="sets of codes that differ by case or blanks only",
        why="What is one thing has two positions, two demands, two records.",
        mend="Choose one spelling where the data come from, or translate the others "
        "with a map in the mapping. Nothing is merged by itself.",
        subject="Used most",
        place="Kind",
        detail="Spellings",
        events="Events under the others",
    ),
    Rule(
        name="validity_conflict",
        severity="medium",
        one="record that contradicts another",
        many="records that contradict others",
        why="What held on a day depends on which of them was recorded last.",
        mend="Let one source keep the record and say it once; or end the one before the other "
        "begins: send it again with the right valid_to.",
        subject="Key",
        place="Record",
        detail="What contradicts",
        events="Records",
    ),
    Rule(
        name="planning_contradiction",
        severity="medium",
        one="set of planning parameters that cannot all be meant",
        many="sets of planning parameters that cannot all be meant",
        why="Whoever orders by them orders too late or too little.",
        mend="Correct the numbers in the file, which holds the rest of each record, and import "
        "it.",
        place="Location",
        detail="What contradicts",
        template="planning_params",
    ),
    Rule(
        name="missing_lead_time",
        severity="medium",
        one="supplier without a lead time",
        many="suppliers without a lead time",
        why="Nobody can say when an order placed today would come.",
        mend="Fill in the days from order to receipt in the file, which holds the rest of each "
        "record, and import it.",
        subject="Supplier",
        detail="Name",
        events="Purchase lines",
        template="suppliers",
    ),
    Rule(
        name="parked_link",
        severity="medium",
        one="document that events rely on and that never came",
        many="documents that events rely on and that never came",
        why="Stock counts what moved; what was ordered, reserved or on its way is not known, "
        "so that supply and backorders of these items are incomplete.",
        mend="Send the missing documents: their links hold as soon as they come, whatever the "
        "order. A reversal waits for its original and undoes it when it comes.",
        subject="Document line",
        place="Missing",
        detail="Where, from which source, since when",
        events="Events that rely on it",
        units="Units moved",
    ),
    Rule(
        name="link_unknown_object",
        severity="medium",
        one="link for a type of object that nothing has",
        many="links for types of objects that nothing has",
        why="The link is never shown.",
        mend="Write the type as events do, such as item, po, order, supplier or customer, and "
        "import the line again.",
        subject="Template",
        place="Type of object",
        detail="Address",
        template="link_templates",
    ),
)
"""Every rule, those that spoil most first."""


def find(name: str) -> Rule:
    """Return the rule called `name`.

    Raises
    ------
    UnknownTypeError
        There is none; the message lists those that exist.
    """
    for each in RULES:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in RULES)
    raise UnknownTypeError(f"There is no rule {name!r}; expected one of {known}.")
