"""Tenants and policies to the contract and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cassava.tickets.v1 import tenant_pb2 as pb
from cassava.type.v1 import channel_pb2, classification_pb2

from mesh.times import to_timestamp
from services.tickets.names import name_of, number_of
from services.tickets.tenants import tenant as domain
from services.tickets.tenants.rule import Rule
from services.tickets.tenants.tenant import Tenant

if TYPE_CHECKING:
    from asyncpg import Record

_POLICY_FIELDS = tuple(pb.Policy.DESCRIPTOR.fields_by_name)
CHANGEABLE = frozenset({"name", "policy", "weight", *(f"policy.{name}" for name in _POLICY_FIELDS)})


def tenant_to_proto(tenant: Tenant) -> pb.Tenant:
    """With the policy as the tenant gave it: its zeros stay the platform's to fill in."""
    return pb.Tenant(
        id=tenant.id,
        name=tenant.name,
        policy=pb.Policy.FromString(tenant.policy),
        state=number_of(pb.Tenant.State, tenant.state),
        create_time=to_timestamp(tenant.created_at),
        etag=str(tenant.version),
        weight=tenant.weight,
    )


def tenant_from_proto(tenant_id: str, said: pb.Tenant, *, known: Tenant | None = None) -> Tenant:
    """Checked; state, version and birth are kept from the tenant as it is known."""
    policy = said.policy
    filled = policy_with_defaults(policy.SerializeToString())
    domain.check_time_zone(filled.time_zone)
    domain.check_first_response(tuple(policy.first_response_minutes))
    domain.check_debounce(filled.debounce_milliseconds, filled.debounce_most_milliseconds)
    return Tenant(
        id=tenant_id,
        name=said.name or tenant_id,
        policy=policy.SerializeToString(),
        debounce_ms=filled.debounce_milliseconds,
        debounce_most_ms=filled.debounce_most_milliseconds,
        reopen_hours=filled.reopen_hours,
        weight=said.weight or domain.WEIGHT,
        state=known.state if known else "active",
        version=known.version if known else 1,
        created_at=known.created_at if known else None,
    )


def rule_from_proto(said: pb.Rule) -> Rule:
    return Rule(
        intent=said.intent,
        least_urgency=name_of(classification_pb2.Urgency, said.least_urgency),
        sentiments=tuple(name_of(classification_pb2.Sentiment, each) for each in said.sentiments),
        channels=tuple(name_of(channel_pb2.ChannelKind, each) for each in said.channels),
        languages=tuple(said.languages),
        hours=name_of(pb.Rule.Hours, said.hours),
        priority=name_of(classification_pb2.Urgency, said.priority),
        team_id=said.team_id,
        tags=tuple(said.tags),
        required_skills=tuple(said.required_skills),
        hooks=tuple(said.hook_endpoint_ids),
    )


def audit_entry_to_proto(row: Record) -> pb.AuditEntry:
    return pb.AuditEntry(
        at=to_timestamp(row["at"]),
        actor=row["actor"],
        action=row["action"],
        subject=row["subject"],
        detail=row["detail"],
        before=json.loads(row["before"]),
        after=json.loads(row["after"]),
        number=row["number"] or 0,  # of before there was a chain
        chain=row["chain"],
    )


def policy_with_defaults(stored: bytes) -> pb.Policy:
    """A stored policy with every default filled in but the evidence threshold, the responder's."""
    policy = pb.Policy.FromString(stored)
    if not policy.HasField("debounce_milliseconds"):
        policy.debounce_milliseconds = domain.DEBOUNCE_MS
    if not policy.HasField("debounce_most_milliseconds"):
        policy.debounce_most_milliseconds = max(
            domain.DEBOUNCE_MOST_MS, policy.debounce_milliseconds
        )
    if not policy.HasField("reopen_hours"):
        policy.reopen_hours = domain.REOPEN_HOURS
    if not policy.HasField("inactive_hours"):
        policy.inactive_hours = domain.INACTIVE_HOURS
    if not policy.languages:
        policy.languages.extend(domain.LANGUAGES)
    if not policy.first_response_minutes:
        policy.first_response_minutes.extend(domain.FIRST_RESPONSE_MINUTES)
    policy.confidence_threshold = policy.confidence_threshold or domain.CONFIDENCE_THRESHOLD
    policy.time_zone = policy.time_zone or domain.TIME_ZONE
    policy.oldest_answered_minutes = (
        policy.oldest_answered_minutes or domain.OLDEST_ANSWERED_MINUTES
    )
    if policy.HasField("reply_hook") and not policy.reply_hook.deadline_milliseconds:
        policy.reply_hook.deadline_milliseconds = domain.REPLY_HOOK_MS
    policy.turn_limit = policy.turn_limit or domain.TURN_LIMIT
    return policy
