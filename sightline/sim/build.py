# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put a world together: its cast, its parts in the order in which they act, its injectors."""

from sightline.sim.cast.cast import Cast
from sightline.sim.demand.part import Demand
from sightline.sim.demand.rates import Rates
from sightline.sim.engine.world import World
from sightline.sim.fulfil.chores import Chores
from sightline.sim.fulfil.part import Fulfil
from sightline.sim.fulfil.returns import Returns
from sightline.sim.inject import catalogue
from sightline.sim.office.approvals import Approvals
from sightline.sim.office.calls import Calls
from sightline.sim.office.constraints import Constraints
from sightline.sim.office.exceptions import Exceptions
from sightline.sim.procure.params import Params
from sightline.sim.procure.part import Procure
from sightline.sim.procure.transfers import Transfers
from sightline.sim.profile import Run


def world(run: Run) -> World:
    """Return the world of `run`, before its first hour.

    Raises
    ------
    SettingsError
        An injector of the run is unknown.
    """
    made = World(run, Cast.build(run.profile, run.seed), catalogue.made(run.injectors))
    rates = Rates(made.cast, made.draws)
    params = Params(made, rates)
    made.approvals = Approvals(made)
    made.exceptions = Exceptions(made)
    made.returns = Returns(made)
    demand = Demand(made, rates)
    fulfil = Fulfil(made, demand, params)
    made.exceptions.follow(fulfil.rows)
    made.parts = [
        Chores(made, params),
        demand,
        fulfil,
        Procure(made, rates, params),
        Transfers(made, params),
        made.approvals,
        made.exceptions,
        Constraints(made),
        Calls(made),
    ]
    return made
