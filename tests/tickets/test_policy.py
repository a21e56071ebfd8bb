"""A policy with its defaults: pure."""

from __future__ import annotations

from typing import Any

from cassava.tickets.v1 import tenant_pb2

from services.tickets.tenants.wire import policy_with_defaults


def filled(**said: Any) -> tenant_pb2.Policy:
    return policy_with_defaults(tenant_pb2.Policy(**said).SerializeToString())


def test_what_a_tenant_left_out_is_the_platforms() -> None:
    policy = filled()

    assert (policy.debounce_milliseconds, policy.debounce_most_milliseconds) == (1200, 4000)
    assert (policy.reopen_hours, policy.turn_limit, policy.time_zone) == (168, 8, "UTC")
    assert list(policy.first_response_minutes) == [480, 240, 60, 15]
    assert list(policy.languages) == ["en"]
    assert round(policy.confidence_threshold, 3) == 0.4


def test_a_tenants_zero_is_kept_where_zero_means_something() -> None:
    policy = filled(debounce_milliseconds=0, reopen_hours=0)

    assert (policy.debounce_milliseconds, policy.reopen_hours) == (0, 0)


def test_the_longest_wait_is_never_shorter_than_the_quiet_time() -> None:
    assert filled(debounce_milliseconds=4000).debounce_most_milliseconds == 4000
