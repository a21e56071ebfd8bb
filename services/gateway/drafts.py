"""An answer shows while it is being written, where somebody watches: the visitors of a web chat."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cassava.responder.v1.responder_pb2 import StreamReplyRequest
from cassava.type.v1 import channel_pb2

from mesh.errors import Unavailable
from services.gateway import asides

if TYPE_CHECKING:
    from cassava.responder.v1.responder_pb2 import ReplyRequest, ReplyResponse

    from mesh.valkey import Valkey
    from services.gateway.peers import Peers

_WATCHED = frozenset({channel_pb2.CHANNEL_KIND_WEBCHAT})


class Drafts:
    def __init__(self, peers: Peers, valkey: Valkey) -> None:
        self._responder = peers.responder
        self._valkey = valkey

    async def reply(
        self, request: ReplyRequest, seconds: float, *, is_final: bool = True
    ) -> ReplyResponse:
        """What the responder answers, however it was asked. What is not final does not show."""
        if is_final and request.channel in _WATCHED:
            with suppress(Unavailable):  # a call is repeated by itself, a stream is not
                return await self._aloud(request, seconds)
        return await self._responder.Reply(request, timeout=seconds)

    async def _aloud(self, request: ReplyRequest, seconds: float) -> ReplyResponse:
        """Sentence by sentence, each time all of it: who comes late or misses one reads on."""
        text = ""
        asked = StreamReplyRequest(tenant_id=request.tenant_id, reply=request)
        async for said in self._responder.StreamReply(asked, timeout=seconds):
            piece = said.WhichOneof("piece")
            if piece == "final":
                return said.final
            text = said.replace if piece == "replace" else text + said.delta
            await asides.say(
                self._valkey,
                request.tenant_id,
                asides.DRAFT,
                conversation_id=request.conversation_id,
                text=text,
            )
        raise Unavailable("the responder ended its stream without an answer")
