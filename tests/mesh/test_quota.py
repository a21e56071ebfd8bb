"""A tenant's quota: shared over replicas by Valkey, counted alone without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mesh.errors import TooMany
from mesh.quota import Quota, QuotaSpent
from mesh.valkey import Valkey

if TYPE_CHECKING:
    from cli.embedded import valkey as embedded


async def spent(quota: Quota, tenant_id: str, most: int = 1000) -> int:
    """How many calls went through before one did not."""
    for count in range(most):
        try:
            await quota.spend(tenant_id)
        except TooMany:
            return count
    return most


async def test_without_valkey_a_replica_counts_alone() -> None:
    quota = Quota(Valkey(None), 10)

    assert 20 <= await spent(quota, "acme") <= 25
    await quota.spend("beta")


async def test_replicas_share_one_quota(valkey: embedded.Valkey) -> None:
    both = [Valkey(valkey.url) for _ in range(2)]
    quotas = [Quota(each, 100) for each in both]

    taken = sum([await spent(quota, "shared") for quota in quotas])

    for each in both:
        await each.close()
    assert 200 <= taken < 320  # twice a hundred, and what time gives while we count


async def test_a_valkey_that_is_away_costs_no_call() -> None:
    away = Valkey("redis://127.0.0.1:1")
    quota = Quota(away, 10)

    assert 20 <= await spent(quota, "acme") <= 40
    await away.close()


async def test_no_quota_is_no_limit() -> None:
    assert await spent(Quota(Valkey(None), 0), "acme") == 1000


async def test_who_spent_it_is_told_without_another_trip() -> None:
    now = [100.0]
    quota = Quota(Valkey(None), 10, clock=lambda: now[0])
    while True:
        try:
            await quota.spend("acme")
        except TooMany as refused:
            wait = refused.retry_after_seconds
            break

    with pytest.raises(TooMany):
        await quota.spend("acme")
    now[0] += wait
    await quota.spend("acme")


async def test_the_first_refusal_of_a_second_is_news() -> None:
    now = [100.0]
    quota = Quota(Valkey(None), 1, clock=lambda: now[0])
    news = []
    for seconds in (0.0, 0.0, 0.0, 0.0, 0.5, 0.6, 0.0, 0.5):
        now[0] += seconds
        try:
            await quota.spend("acme")
        except QuotaSpent as refused:
            news.append(refused.is_news)

    assert news == [True, False, False, True, False]
