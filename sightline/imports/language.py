# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of a mapping: which keys there are in which place."""

TOP = {
    "name", "about", "kind", "source", "zone", "encoding", "delimiter", "number", "currency",
    "as_of", "recorded", "tables", "process", "lifecycle", "columns", "formats", "documents",
    "movements",
}  # fmt: skip
TABLE = {
    "name", "time", "rules", "common", "flags", "unique", "unique_reason", "non_stock",
    "warn_case", "optional", "names", "unpivot",
}  # fmt: skip
RULE = {"when", "events", "reject", "skip"}
EVENT = {"type", "id", "fields", "time", "optional", "without"}
UNPIVOT = {"columns", "name", "value"}
SPEC = {
    "column", "columns", "value", "text", "nulls", "map", "number", "abs", "negate", "round",
    "formats", "zone", "repair", "as_of", "per", "default", "split",
}  # fmt: skip
TESTS = {"above", "below", "is", "in", "starts", "empty", "same", "after", "until"}
DAY_TESTS = {"after", "until"}
ROLES = {"case", "activity", "time", "start", "resource", "role", "lifecycle"}
KINDS = ("events", "event_log", "document_flow")
FLOW = ("documents", "movements")
LIFECYCLES = ("all", "complete")
RECORDED = ("time", "import")
