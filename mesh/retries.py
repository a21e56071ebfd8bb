"""Which methods may be repeated, read from the contract: an unsafe one cannot be by mistake."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from google.protobuf.descriptor import ServiceDescriptor

_SAFE = (MethodOptions.NO_SIDE_EFFECTS, MethodOptions.IDEMPOTENT)
_POLICY = {
    "maxAttempts": 2,
    "initialBackoff": "0.05s",
    "maxBackoff": "0.5s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}


def known_services() -> Iterator[ServiceDescriptor]:
    """Every service whose stubs this process has imported: those are the ones it can call."""
    for module in list(sys.modules.values()):
        file = getattr(module, "DESCRIPTOR", None)
        if isinstance(file, FileDescriptor):
            yield from file.services_by_name.values()


def repeatable(services: Iterable[ServiceDescriptor]) -> list[tuple[str, str]]:
    """(service, method) of all that are marked NO_SIDE_EFFECTS or IDEMPOTENT."""
    return sorted(
        (service.full_name, method.name)
        for service in services
        for method in service.methods
        if method.GetOptions().idempotency_level in _SAFE
    )


def service_config(services: Iterable[ServiceDescriptor]) -> str:
    """The channel's gRPC service config: balance, ask for health, repeat once what may be."""
    names = [{"service": service, "method": method} for service, method in repeatable(services)]
    config: dict[str, object] = {
        "loadBalancingConfig": [{"round_robin": {}}],
        "healthCheckConfig": {"serviceName": "readiness"},
        "retryThrottling": {"maxTokens": 100, "tokenRatio": 0.1},
    }
    if names:
        config["methodConfig"] = [{"name": names, "retryPolicy": _POLICY}]
    return json.dumps(config)
