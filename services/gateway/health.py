"""How the mesh is, in one answer: services, reply tiers, providers."""

import asyncio
from http import HTTPStatus

from cassava.responder.v1 import responder_pb2
from cassava.type.v1 import outcome_pb2
from starlette.requests import Request
from starlette.responses import JSONResponse

from mesh.errors import MeshError
from services.gateway.peers import Wellbeing

# Without it nothing can be stored: the mesh is down. Without another it answers worse.
_INDISPENSABLE = "tickets"


class Health:
    """`/health` for people and `/health/…` for probes."""

    def __init__(self, mesh: Wellbeing, draining: asyncio.Event) -> None:
        self._mesh = mesh
        self._draining = draining

    async def get(self, _: Request) -> JSONResponse:
        """`down` is a 503; everything better is a 200."""
        services = await self._mesh.services()
        said = {name: {"status": "ok" if well else "down"} for name, well in services.items()}
        states = await self._states() if services.get("responder") else None
        is_down = not services.get(_INDISPENSABLE)
        status = "down" if is_down else "ok" if all(services.values()) else "degraded"
        return JSONResponse(
            {
                "status": status,
                "services": {"gateway": {"status": "ok"}, **said},
                "reply_tiers": _tiers(states),
                "providers": _providers(states),
            },
            status_code=HTTPStatus.SERVICE_UNAVAILABLE if is_down else HTTPStatus.OK,
        )

    async def live(self, _: Request) -> JSONResponse:
        """This process answers; it asks nobody."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _: Request) -> JSONResponse:
        """Ready when what comes in can be stored, and we are not about to go."""
        if self._draining.is_set():
            missing = "draining"
        elif await self._mesh.serves(_INDISPENSABLE):
            return JSONResponse({"status": "ok"})
        else:
            missing = _INDISPENSABLE
        said = {"status": "down", "missing": missing}
        return JSONResponse(said, status_code=HTTPStatus.SERVICE_UNAVAILABLE)

    async def _states(self) -> responder_pb2.GetProviderStatesResponse | None:
        try:
            return await self._mesh.providers()
        except MeshError:
            return None


def _tiers(states: responder_pb2.GetProviderStatesResponse | None) -> list[str]:
    return [_tier(tier) for tier in states.reply_tiers] if states else []


def _providers(
    states: responder_pb2.GetProviderStatesResponse | None,
) -> dict[str, dict[str, str | None]]:
    return {
        _tier(state.tier): {
            "state": _word(
                responder_pb2.ProviderCondition.Name(state.condition), "PROVIDER_CONDITION_"
            ),
            "reason": _word(outcome_pb2.TierReason.Name(state.reason), "TIER_REASON_") or None,
            "model": state.model,
            "remedy": state.remedy,
        }
        for state in (states.providers if states else ())
    }


def _tier(tier: outcome_pb2.Tier.ValueType) -> str:
    return _word(outcome_pb2.Tier.Name(tier), "TIER_")


def _word(name: str, prefix: str) -> str:
    word = name.removeprefix(prefix).lower()
    return "" if word == "unspecified" else word
