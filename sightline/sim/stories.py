# SPDX-License-Identifier: AGPL-3.0-or-later
"""The scenarios, and the injectors by themselves, each with its story and where it shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A bundle of injectors, with what to look for.

    Attributes
    ----------
    injectors
        Codes; none in the null world.
    story
        What happens, in a sentence or more.
    look
        Page -> what shows there, a clause each.
    """

    name: str
    injectors: tuple[str, ...]
    story: str
    look: dict[str, str]


def _told(name: str, injectors: str, story: str, **look: str) -> Scenario:
    return Scenario(name=name, injectors=tuple(injectors.split()), story=story, look=look)


BUNDLES = (
    _told(
        "null",
        "",
        "Nothing goes wrong on purpose: an ordinary company with its ordinary troubles.",
        Health="shortages that come and go; a day called unusual is a false alarm",
    ),
    _told(
        "J1",
        "X1 X2 X9 X16",
        "A season's family sells three times as much in two regions while a supplier's lead "
        "times grow, transfers start too late and emergency buys go past finance.",
        Health="shortages gather in the places of the two regions",
        Suppliers="one supplier from which nothing comes for days, and then late",
        Process="purchase approvals that skip finance or end with who began them",
    ),
    _told(
        "J2",
        "X2 X10 X16",
        "A storm: a family of parts is asked for three times as much in two regions, transfers "
        "start when shelves are bare, and shop orders take what contracts were promised.",
        Health="unusual demand first, then shortages of the same items",
        Stock="lines of contract customers that wait while smaller ones were served",
    ),
    _told(
        "J3",
        "X13 X15 X16",
        "Stock lies in the wrong branches: one region plans a quarter too much, one place "
        "loses stock unseen, and transfers between them start too late.",
        Stock="items short in one place and plentiful in another",
        Health="shortages of items that the company owns enough of",
    ),
    _told(
        "J4",
        "X1 X10 X11",
        "A supplier of much-sold items delivers late and in parts, shop orders take the stock "
        "of contract customers, and some lines lose theirs after their release.",
        Health="shortages of one supplier's items, one after another",
        Stock="promised days that have passed, and late purchases under what is ahead",
        Suppliers="one supplier from which nothing comes for days, and then late",
    ),
    _told(
        "J5",
        "X2 X8",
        "A family's demand trebles in two regions, seen first in the shop and in service "
        "tickets, while the finance approver is away and large purchases wait.",
        Health="unusual demand in two regions, and where orders wait",
        Process="the wait before the approval by finance grows from hours to days",
    ),
    _told(
        "J6",
        "X10",
        "Shop orders of little margin take the stock of customers whose contracts promise "
        "delivery the same day.",
        Stock="contract lines that wait at the place of region R1",
    ),
    _told(
        "J7",
        "X1 X6",
        "A supplier advises only part of what it owes and arrives late, and meanwhile a "
        "warehouse's events stay away for hours and come in a burst.",
        System="a source that falls silent, then delivers everything at once",
        Stock="inbound that shrinks and moves away",
    ),
    *(
        _told(
            f"J8{variant}",
            f"X7{variant}",
            f"The planners of region R5 override three times as often: {why}.",
            Process=f"changed recommendations in region R5; {tell}",
        )
        for variant, why, tell in (
            ("a", "out of habit", "their changes make nothing better"),
            ("b", "local demand has truly shifted", "their changes come out right"),
            ("c", "master data are wrong there", "they mend what planning gets wrong"),
        )
    ),
    _told(
        "J9",
        "X6 X14",
        "A warehouse's feed is cut for hours, calls to suppliers fail, and the model behind "
        "recommendations degrades until rules stand in for it.",
        System="a source that falls silent, then delivers everything at once",
        Process="recommendations overridden more often",
    ),
)

SINGLES = (
    _told(
        "X1",
        "X1",
        "A supplier's lead times grow two and a half times, it delivers in parts and does not "
        "acknowledge.",
        Suppliers="nothing comes of it for days, and then late",
        Stock="its items run short one after another",
    ),
    _told(
        "X2",
        "X2",
        "A family's demand trebles in two regions within hours, in the shop first, with "
        "service tickets half a day before.",
        Health="unusual demand of one family in two regions",
    ),
    _told(
        "X3",
        "X3",
        "One customer orders what otherwise comes in twenty days, once.",
        Health="one unusual day of one item, and perhaps a shortage",
    ),
    _told(
        "X4",
        "X4",
        "A partner's messages say cases where they mean pieces for six hours, so its orders "
        "are twelve times too large.",
        Health="unusual demand, and shortages that are none",
    ),
    _told(
        "X5",
        "X5",
        "A partner sends its orders again under new numbers.",
        Health="unusual demand of what that partner buys",
    ),
    _told(
        "X6",
        "X6",
        "A warehouse's events stay away for five hours and come in a burst; calls to suppliers "
        "fail.",
        System="a source that falls silent, then delivers everything at once",
    ),
    *(
        _told(
            f"X7{variant}",
            f"X7{variant}",
            f"The planners of region R5 override three times as often, {why}.",
            Process="changed recommendations in region R5",
        )
        for variant, why in (
            ("a", "out of habit"),
            ("b", "for demand has truly shifted"),
            ("c", "for master data are wrong"),
        )
    ),
    _told(
        "X8",
        "X8",
        "The finance approver is away for five days and nobody stands in.",
        Process="the wait before the approval by finance grows from hours to days",
    ),
    _told(
        "X9",
        "X9",
        "Some purchase orders are approved by who asked for them, released without approval, "
        "or split under a threshold.",
        Process="rare paths of purchase approval",
    ),
    _told(
        "X10",
        "X10",
        "Shop orders take the stock of contract customers in region R1.",
        Stock="contract lines that wait while smaller ones are served",
    ),
    _told(
        "X11",
        "X11",
        "Three in a hundred released lines lose their stock to another line.",
        Stock="lines that were allocated and wait again",
    ),
    _told(
        "X12",
        "X12",
        "Finance blocks receipts for two days.",
        Stock="quantities on hold that nobody may use",
    ),
    _told(
        "X13",
        "X13",
        "Stock vanishes unseen at one place, three in a thousand a day, until it is counted.",
        Stock="counts below what the books say",
    ),
    _told(
        "X14",
        "X14",
        "The model behind recommendations degrades, then fails, and rules stand in.",
        Process="recommendations overridden more often",
    ),
    _told(
        "X15",
        "X15",
        "Planning expects a quarter too much of region R6.",
        Stock="stock that grows at the place of region R6",
    ),
    _told(
        "X16",
        "X16",
        "Transfers are asked for only after the shelf is bare.",
        Stock="shortages at one place, with help on its way too late",
    ),
    _told(
        "X17",
        "X17",
        "A supplier's lead times grow by four in a hundred each week.",
        Suppliers="a supplier that was on time and no longer is",
    ),
)

ALIASES = {"X18": "null", "J8": "J8a", "X7": "X7a"}
"""Names that the design gives to what has a name of its own here, or to its first variant."""
