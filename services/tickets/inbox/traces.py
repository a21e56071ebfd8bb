"""A span an item: a batch is of many traces, and what was stored is taken up again later."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from mesh import tracing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassava.tickets.v1.inbox_pb2 import InboundItem


@contextmanager
def each_item(items: Iterable[InboundItem]) -> Iterator[None]:
    """Until they are stored; each item then names its span, so that its turn is beneath that."""
    if not tracing.is_on():
        yield
        return
    batch = tracing.trace_parent.get()
    with ExitStack() as ends:
        for item in items:
            if not tracing.accepted(item.traceparent):
                continue
            span = tracing.span(
                *("send turn", "producer"),
                parent=item.traceparent,
                links=(batch,),
                attributes={
                    "messaging.destination.name": "turns",
                    "cassava.tenant_id": item.tenant_id,
                },
            )
            ends.callback(span.end)
            item.traceparent = span.traceparent
        yield
