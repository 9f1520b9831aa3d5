# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entities of trade and rules: customers, contracts, approvals, reasons, links."""

from sightline.events.masters.entity import Entity, Field, reference
from sightline.events.masters.kinds import (
    CURRENCY,
    LINK,
    NAME,
    NAMES,
    TEXT,
    TRUTH,
    amount,
)

MONEY = amount("an amount")

TRADE = (
    Entity(
        name="customer",
        table="customers",
        summary="Who buys.",
        key="customer id, as in `data.customer` of events",
        fields=(
            Field("name", TEXT, "name for people"),
            Field("tier", TEXT, "rank in service, such as 1 or gold"),
            Field("segment", TEXT, "market segment"),
            Field("region", TEXT, "sales region"),
            Field("channel", TEXT, "such as edi, retail, web"),
            reference("parent", "customer", "customer that it belongs to"),
        ),
    ),
    Entity(
        name="contract",
        table="contracts",
        summary="What was agreed with a customer.",
        key="id of the contract, as in `data.contract` of events",
        fields=(
            reference("customer", "customer", "who agreed to it", required=True),
            Field("name", TEXT, "name for people"),
        ),
    ),
    Entity(
        name="contract_clause",
        table="contract_clauses",
        summary="One promise of a contract, and what breaking it costs.",
        key="id of the clause, such as CT1/otif",
        fields=(
            reference("contract", "contract", "contract that it stands in", required=True),
            Field("clause", TEXT, "its name in the contract"),
            Field("metric", NAME, "what is measured, such as otif", required=True),
            Field("target", amount(), "what is promised, such as 0.98", required=True),
            Field("period", TEXT, "over which time, such as month"),
            Field("penalty", MONEY, "what a breach costs, by penalty_kind", unit="currency"),
            Field("penalty_kind", TEXT, "such as fixed, per_line, share_of_value"),
            Field("cap", MONEY, "most that a period can cost", unit="currency"),
            Field("currency", CURRENCY, "currency of penalty and cap"),
        ),
    ),
    Entity(
        name="approval_policy",
        table="policies",
        summary="Who has to approve what.",
        key="id of the policy",
        fields=(
            Field("object", TEXT, "type of object to approve, such as po"),
            Field("min_amount", MONEY, "from this amount on", unit="currency"),
            Field("max_amount", MONEY, "below this amount", unit="currency"),
            Field("currency", CURRENCY, "currency of both"),
            Field("approver_role", TEXT, "role that has to approve"),
            Field("sla_hours", amount("a number of hours"), "time to answer", unit="hours"),
            Field("path", NAMES, "roles that are asked, in order"),
            Field("four_eyes", TRUTH, "the one who asks must not approve"),
            Field("region", TEXT, "only there; absent: everywhere"),
        ),
    ),
    Entity(
        name="sod_rule",
        table="sod_rules",
        summary="Two activities of one case that nobody may do both (segregation of duties).",
        key="id of the rule",
        fields=(
            Field("activity_a", NAME, "one activity", required=True),
            Field("activity_b", NAME, "the other", required=True),
            Field("process", TEXT, "only in it; absent: in every process"),
        ),
    ),
    Entity(
        name="reason_code",
        table="reason_codes",
        summary="What a reason code of the sources means.",
        key="the code, as in `data.reason_code` of events",
        fields=(
            Field("name", TEXT, "name for people"),
            Field("group", TEXT, "kind of reason, such as quality"),
            Field("process", TEXT, "where it is used"),
        ),
    ),
    Entity(
        name="link_template",
        table="link_templates",
        summary="How to reach an object in the system that it comes from.",
        key="id of the template",
        fields=(
            Field("object", NAME, "type of object, such as po or item", required=True),
            Field("system", TEXT, "system that it leads to"),
            Field("label", TEXT, "text of the link"),
            Field("url", LINK, "address; {id} is the object's id", required=True),
        ),
    ),
    Entity(
        name="object",
        table="objects",
        summary="An object of any other type, with its attributes (OCEL 2.0).",
        key="`type/id`",
        fields=(),
    ),
)
