# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the approval workflow records: facts about a request, its steps and its answers."""

from typing import Any

from sightline.sim.engine.facts import Fact, money
from sightline.sim.engine.moments import stamp
from sightline.sim.office.request import Request, Step, Trail

SOURCE = "workflow://approvals"
FIELD = {"po": "po", "transfer": "transfer", "recommendation": "rec_id"}


class Notices:
    """Facts about one request; `region` is its code."""

    def __init__(self, request: Request, region: str) -> None:
        self._request = request
        self._region = region
        self.labels = request.labels

    def requested(self, trail: Trail) -> Fact:
        """Tell that somebody asks."""
        request = self._request
        data: dict[str, Any] = {
            **self._object(),
            "requester": request.requester,
            "path": list(trail.path),
            "approver_role": trail.path[0],
            "step": 1,
            "sla_due": stamp(trail.due),
            "actor": {"id": request.requester, "role": "planner"},
            **money(request.amount),
        }
        return self._fact(trail.asked, "requested", f"requested/{request.id}", data)

    def assigned(self, at: int, step: Step) -> Fact:
        """Tell that a desk has it now: by assignment, delegation or escalation."""
        stay = step.stays[-1]
        data: dict[str, Any] = {
            "step": step.number,
            "approver_role": stay.role,
            "ext": {"assignee": stay.person},
        }
        if stay.turn == "delegated":
            data["actor"] = {"id": step.stays[-2].person, "role": step.stays[-2].role}
        return self._changed(at, stay.turn, step, data)

    def opened(self, at: int, step: Step) -> Fact:
        """Tell that the approver begins to read."""
        return self._changed(at, "opened", step, self._by(step))

    def returned(self, at: int, step: Step) -> Fact:
        """Tell that the approver wants it changed."""
        data = self._by(step) | {"ext": {"assignee": self._request.requester}}
        return self._changed(at, "returned", step, data)

    def decided(self, at: int, step: Step, *, is_final: bool) -> Fact:
        """Tell what the approver answers."""
        data = {
            "outcome": step.outcome,
            "step": step.number,
            "final": is_final,
            "reason_code": REASON[step.outcome],
            "actor": {"id": step.actor, "role": step.actor_role},
        }
        name = f"decided/{self._request.id}/{step.number}"
        return self._fact(at, "decided", name, data)

    def _object(self) -> dict[str, str]:
        request = self._request
        if request.object_type not in FIELD:
            return {}
        return {FIELD[request.object_type]: request.object_id}

    def _by(self, step: Step) -> dict[str, Any]:
        stay = step.stays[-1]
        return {
            "step": step.number,
            "approver_role": stay.role,
            "actor": {"id": stay.person, "role": stay.role},
        }

    def _changed(self, at: int, action: str, step: Step, data: dict[str, Any]) -> Fact:
        name = f"{action}/{self._request.id}/{step.number}/{len(step.stays)}"
        return self._fact(at, "step_changed", name, {"action": action} | data)

    def _fact(self, at: int, kind: str, name: str, data: dict[str, Any]) -> Fact:
        request = self._request
        about = {"approval": request.id, request.object_type: request.object_id}
        return Fact(
            at=at,
            kind=f"approval.{kind}",
            source=SOURCE,
            name=name,
            data={"request_id": request.id, "region": self._region} | data,
            about=about,
            key=request.id,
            flow=request.flow or request.object_id,
            labels=self.labels,
        )


REASON = {"approved": "WITHIN_POLICY", "rejected": "NOT_JUSTIFIED"}
