"""Who sits at the demo tenant's desk, when, and what they promise."""

from typing import Any

from cli.api import Api

_SHIFTS = [{"start": "08:00", "end": "12:00"}, {"start": "13:00", "end": "18:00"}]
_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
_CALENDAR = {
    "name": "Nairobi office",
    "time_zone": "Africa/Nairobi",
    "weekly": [{"weekday": f"WEEKDAY_{day}", "frames": _SHIFTS} for day in _WEEKDAYS],
    "holidays": [
        {"date": "2026-12-12", "yearly": True, "name": "Jamhuri Day"},
        {"date": "2026-12-25", "yearly": True, "name": "Christmas Day"},
    ],
}
_TARGETS = {
    "FIRST_RESPONSE": ("28800s", "14400s", "3600s", "900s"),
    "NEXT_RESPONSE": ("28800s", "14400s", "7200s", "1800s"),
    "RESOLUTION": ("259200s", "172800s", "86400s", "28800s"),
}
_AGENTS = {"agent-amina": ("Amina", ["en", "sw"]), "agent-joseph": ("Joseph", ["en", "fr", "pt"])}


async def make(api: Api, base: str, keys: dict[str, str]) -> None:
    """Once: a desk that has a team is left as people made it since."""
    if (await api.call("GET", f"{base}/teams")).get("teams"):
        return
    calendar = (await api.call("POST", f"{base}/calendars", _CALENDAR))["calendar"]
    await api.call("POST", f"{base}/sla_policies", _policy(calendar["id"]))
    wanted = {"name": "Support", "auto_assign": True}
    team = (await api.call("POST", f"{base}/teams", wanted))["team"]
    for key, (name, skills) in _AGENTS.items():
        agent = {"name": name, "skills": skills, "team_ids": [team["id"]]}
        agent["key_id"] = keys[key].split("_")[1]
        await api.call("POST", f"{base}/agents", agent)
    policy = {"calendar_id": calendar["id"], "default_team_id": team["id"]}
    await api.call("PATCH", base, {"policy": policy})


def _policy(calendar_id: str) -> dict[str, Any]:
    targets = [
        {"kind": f"CLOCK_KIND_{kind}", "calendar_id": calendar_id}
        | dict(zip(("low", "normal", "high", "critical"), spans, strict=True))
        for kind, spans in _TARGETS.items()
    ]
    return {"name": "Office hours", "targets": targets, "on_breach": {"raise_priority": True}}
