# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entities of goods and places: items, units, locations, lanes, suppliers, planning."""

from sightline.events.masters.entity import Entity, Field, reference
from sightline.events.masters.kinds import (
    CURRENCY,
    DATES,
    HOURS,
    MEASURE,
    SHARE,
    TEXT,
    UNIT,
    WEEKDAYS,
    ZONE,
    amount,
    whole,
)

DAYS = amount("a number of days")
MONEY = amount("an amount")

GOODS = (
    Entity(
        name="item",
        table="items",
        summary="What is bought, kept and sold.",
        key="item id, as in `data.item` of events",
        fields=(
            Field("description", TEXT, "name for people"),
            Field("family", TEXT, "product family"),
            Field("category", TEXT, "product category"),
            Field("base_uom", UNIT, "unit that quantities are kept in"),
            Field("abc_class", TEXT, "class by value, such as A"),
            Field("status", TEXT, "where it is in its life, such as active"),
            reference("supplier", "supplier", "usual supplier"),
            Field("gtin", TEXT, "GS1 number"),
            Field("weight_kg", MEASURE, "weight of one base unit", unit="kg"),
            Field("volume_m3", MEASURE, "volume of one base unit", unit="m3"),
            Field("shelf_life_days", whole(), "days that it keeps", unit="days"),
        ),
    ),
    Entity(
        name="item_uom",
        table="item_units",
        summary="What one unit of an item is in its base unit: 1 uom = num / den base units.",
        key="`item/uom`",
        key_fields=("item", "uom"),
        fields=(
            reference("item", "item", "item id", required=True),
            Field("uom", UNIT, "the unit", required=True),
            Field("num", whole(1), "numerator", required=True, unit="base units"),
            Field("den", whole(1), "denominator", required=True, unit="uom"),
        ),
    ),
    Entity(
        name="location",
        table="locations",
        object_type="loc",
        summary="Where goods are kept, and how places belong together.",
        key="location id, as in `data.loc` of events",
        fields=(
            Field("name", TEXT, "name for people"),
            Field("kind", TEXT, "such as dc, store, cross_dock, region"),
            reference("parent", "location", "location that it belongs to"),
            Field("region", TEXT, "sales or planning region"),
            Field("zone", ZONE, "time zone of its days"),
            Field("country", TEXT, "ISO 3166 code"),
            reference("calendar", "calendar", "when it works"),
        ),
    ),
    Entity(
        name="supplier",
        table="suppliers",
        summary="Who delivers.",
        key="supplier id, as in `data.supplier` of events",
        fields=(
            Field("name", TEXT, "name for people"),
            Field("country", TEXT, "ISO 3166 code"),
            Field("lead_time_days", DAYS, "from order to receipt", unit="days"),
            reference("parent", "supplier", "supplier that it belongs to"),
        ),
    ),
    Entity(
        name="lane",
        table="lanes",
        summary="A way for goods from one location to another.",
        key="id of the lane",
        fields=(
            reference("from_loc", "location", "where it begins", required=True),
            reference("to_loc", "location", "where it ends", required=True),
            Field("mode", TEXT, "such as road, sea, air"),
            Field("lead_time_days", DAYS, "from departure to arrival", unit="days"),
            Field("carrier", TEXT, "carrier id"),
            Field("unit_cost", MONEY, "cost per base unit", unit="currency"),
            Field("currency", CURRENCY, "currency of unit_cost"),
        ),
    ),
    Entity(
        name="cost",
        table="costs",
        summary="What one base unit of an item costs and sells for.",
        key="`item` or `item/loc`",
        key_fields=("item", "loc"),
        fields=(
            reference("item", "item", "item id", required=True),
            reference("loc", "location", "only there; absent: everywhere"),
            Field("unit_cost", MONEY, "cost per base unit", unit="currency"),
            Field("unit_price", MONEY, "price per base unit", unit="currency"),
            Field("currency", CURRENCY, "currency of both"),
        ),
    ),
    Entity(
        name="calendar",
        table="calendars",
        summary="When a place or a partner works.",
        key="id of the calendar",
        fields=(
            Field("zone", ZONE, "time zone of its days"),
            Field("working_days", WEEKDAYS, "days of the week"),
            Field("hours", HOURS, "on a working day"),
            Field("holidays", DATES, "days without work"),
        ),
    ),
    Entity(
        name="planning_param",
        table="planning_params",
        summary="How an item is planned, everywhere or at a location.",
        key="`item` or `item/loc`",
        key_fields=("item", "loc"),
        fields=(
            reference("item", "item", "item id", required=True),
            reference("loc", "location", "only there; absent: everywhere"),
            Field("reorder_point", amount(), "order below it", unit="base units"),
            Field("safety_stock", amount(), "kept for surprises", unit="base units"),
            Field("target_stock", amount(), "order up to it", unit="base units"),
            Field("lead_time_days", DAYS, "from order to receipt", unit="days"),
            Field("review_days", DAYS, "between two reviews", unit="days"),
            Field("moq", amount(), "smallest order", unit="base units"),
            Field("lot_size", amount(), "orders are multiples of it", unit="base units"),
            Field("service_level", SHARE, "wanted share of demand served"),
        ),
    ),
)
