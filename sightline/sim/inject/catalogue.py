# SPDX-License-Identifier: AGPL-3.0-or-later
"""All injectors by code; each is imported when it is asked for."""

from collections.abc import Sequence
from importlib import import_module

from sightline.errors import SettingsError
from sightline.sim.inject.hooks import Hooks, Injector

WHERE = {
    "X1": ("supplier_delay", "SupplierDelay"),
    "X2": ("surge", "Surge"),
    "X3": ("one_time_order", "OneTimeOrder"),
    "X4": ("unit_error", "UnitError"),
    "X5": ("duplicate_orders", "DuplicateOrders"),
    "X6": ("outage", "IntegrationOutage"),
    "X7a": ("override_region", "OverrideHabit"),
    "X7b": ("override_region", "OverrideTrueDemand"),
    "X7c": ("override_region", "OverrideWrongMaster"),
    "X8": ("approval_bottleneck", "ApprovalBottleneck"),
    "X9": ("rule_breaking", "RuleBreaking"),
    "X10": ("priority_inversion", "PriorityInversion"),
    "X11": ("reallocation", "ReallocationAfterRelease"),
    "X12": ("finance_hold", "FinanceHold"),
    "X13": ("shrinkage", "Shrinkage"),
    "X14": ("model_drift", "ModelDrift"),
    "X15": ("forecast_bias", "ForecastBias"),
    "X16": ("late_transfer", "LateTransfer"),
    "X17": ("slow_creep", "SlowCreep"),
}


def made(codes: Sequence[str]) -> Hooks:
    """Return the injectors called `codes`, in the order of the catalogue.

    Raises
    ------
    SettingsError
        One is unknown.
    """
    for code in codes:
        if code not in WHERE:
            raise SettingsError(
                f"There is no injector {code!r}; expected some of {', '.join(WHERE)}. "
                "Leave it out for the null world."
            )
    return Hooks([_made(code) for code in WHERE if code in codes])


def _made(code: str) -> Injector:
    module, name = WHERE[code]
    injector: Injector = getattr(import_module(f"sightline.sim.inject.{module}"), name)()
    return injector
