# SPDX-License-Identifier: AGPL-3.0-or-later
"""A home in which every rule of data quality finds something; worked by hand."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from sightline.cli import main
from sightline.log import open_log
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import run_until_idle

SINCE = "2026-03-02T06:00:00Z"
FILES = {
    "items": "item,description,base_uom,supplier\nA,Lamp,EA,S1\nB,Bulb,,S1\nC,Cable,EA,S7\n"
    "U,Tape,EA,\ntw-1,Twin,EA,\nTW-1,Twin,EA,\n",
    "items later": "item,description,base_uom,valid_from\nTW-1,Twin,CS,2026-02-01\n",
    "item_units": "item,uom,num,den,valid_from\nA,CS,12,1,2020-01-01\nA,CS,120,1,2026-02-01\n"
    "A,BX,6,1,2020-01-01\nA,BX,5,1,2026-02-01\n"
    "A,PK,3,1,2020-01-01\nA,PK,4,1,2020-01-01\n",
    "locations": "location,name,parent\nDC1,Depot,\nDC2,Depot,HQ\n",
    "suppliers": "supplier,name,country,lead_time_days\nS1,Sun,DE,\nS2,Moon,DE,4\n",
    "customers": "customer,name\nC1,Able\n",
    "contracts": "contract,customer\nK1,C1\n",
    "contract_clauses": "contract,clause,metric,target\nK1,otif,otif,0.9\nK2,otif,otif,0.9\n"
    "K2,fill,fill_rate,0.9\n",
    "costs": "item,location,unit_cost,unit_price,currency,valid_from,valid_to\n"
    "C,,5,4,EUR,2020-01-01,\nU,DC1,1,2,EUR,2020-01-01,2026-02-01\nU,DC1,1,2,EUR,2026-01-01,\n",
    "planning_params": "item,location,reorder_point,safety_stock,target_stock,moq,lot_size\n"
    "A,DC1,10,20,30,6,6\nA,DC2,20,10,15,4,6\nC,DC1,20,10,30,12,6\n",
    "link_templates": "object,label,url\ngizmo,Open,https://erp.example.com/{id}\n"
    "item,Open,https://erp.example.com/item/{id}\n",
}


def fill(settings: Settings, store: Store) -> None:
    """Bring in the first events, then master data, then the other events; process them all."""
    home = settings.home
    _bring(home, "first.ndjson", _lines(_first()))
    for name, text in FILES.items():
        _bring(home, f"{name}.csv", text)
    _bring(home, "other.ndjson", _lines(_other()))
    process(settings, store)


def process(settings: Settings, store: Store) -> None:
    """Let the stream read what is in the log."""
    log = open_log(settings)
    try:
        run_until_idle(settings, store, log)
    finally:
        log.close()


def environ(home: Path) -> dict[str, str]:
    """Return what a command is told: this home, and the store of the test process."""
    return {"SIGHTLINE_HOME": str(home), "SIGHTLINE_STORE": "chdb://memory"}


def _bring(home: Path, name: str, text: str) -> None:
    file = home.parent / name
    file.write_text(text, encoding="utf-8")
    ran = CliRunner().invoke(main, ["import", str(file)], env=environ(home))
    assert ran.exit_code == 0, ran.output


def _first() -> list[dict[str, Any]]:
    """Return events of items without a record, in one unit or in two."""
    return [
        moved("X1", "DC1", "7", uom="KGM", supplier="S9"),
        moved("X2", "DC1", "2"),
        moved("X2", "DC1", "1", uom="CS"),
        moved("U", "DC1", "3", uom="CS"),
    ]


def _other() -> list[dict[str, Any]]:
    return [
        moved("A", "DC1", "40", supplier="S1"),
        moved("A", "DC1", "2", uom="PX"),
        moved("A", "DC1", "1", uom="PX"),
        moved("A", "DC1", "4", uom="Karton"),
        moved("C", "DC9", "10"),
        moved("B", "DC1", "1"),
        ordered("A", "L1", "5", price="9.50", customer="C1"),
        ordered("A", "L2", "3", customer="C9"),
        ordered("tw-1", "L3", "2", customer="C1"),
        _event("inventory.reversed", "gone", {"item": "B", "loc": "DC1", "reverses": "gone"}),
        _record("other", {"entity": "supplier", "key": "S2", "fields": {"name": "Luna"}}),
    ]


def moved(item: str, loc: str, qty: str, *, uom: str = "EA", supplier: str = "") -> Any:
    """Return a receipt."""
    data = {"item": item, "loc": loc, "q": {"qty": qty, "uom": uom}}
    data |= {"supplier": supplier} if supplier else {}
    return _event("inventory.receipt", f"{item} {qty} {uom}", data)


def ordered(item: str, line: str, qty: str, *, price: str = "", customer: str = "") -> Any:
    """Return an order line."""
    data: dict[str, Any] = {"item": item, "loc": "DC1", "order_line": line, "version": 1}
    data |= {"q": {"qty": qty, "uom": "EA"}, "customer": customer}
    data |= {"price": {"amount": price, "currency": "EUR"}} if price else {}
    return _event("demand.line_placed", line, data)


def _record(source: str, data: dict[str, Any]) -> dict[str, Any]:
    event = _event("master.record_changed", source, data | {"valid_from": "1970-01-01"})
    return event | {"source": f"erp://{source}"}


def _event(kind: str, name: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{kind} {name}",
        "source": "erp://messy",
        "type": f"io.sightline.{kind}.v1",
        "time": SINCE,
        "data": data,
    }


def _lines(events: list[dict[str, Any]]) -> str:
    return "".join(f"{json.dumps(each)}\n" for each in events)
