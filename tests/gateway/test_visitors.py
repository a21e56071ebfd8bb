"""Who a visitor is, and how much may come from one place."""

import pytest

from mesh.errors import NotSignedIn, TooMany
from services.gateway.visitors import Limits, Visitor, VisitorTokens


def test_an_address_may_not_write_for_many_visitors_without_end() -> None:
    limits, headers = Limits(clock=lambda: 0.0), {"x-envoy-external-address": "192.0.2.1"}
    for number in range(120):
        limits.write(headers, f"visitor {number}")

    with pytest.raises(TooMany):
        limits.write(headers, "one more")


def test_an_expired_token_renews_its_visitor_but_opens_nothing() -> None:
    tokens = VisitorTokens("a mesh key for tests")
    token = tokens.sign(Visitor("demo", "c", "v", "o", expires_at=1000.0))

    assert tokens.renewable(token, "c", "o", now=2000.0) == "v"
    assert tokens.renewable(token, "c", "o", now=1000.0 + 31 * 86400) == ""
    with pytest.raises(NotSignedIn):
        tokens.read(token, "c", "o", now=1001.0)


def test_a_token_signed_under_another_key_is_nobodys() -> None:
    token = VisitorTokens("another key").sign(Visitor("demo", "c", "v", "o", 9e9))

    with pytest.raises(NotSignedIn):
        VisitorTokens("a mesh key for tests").read(token, "c", "o", now=0.0)
