"""A WebSocket's handshake that cannot be read is answered, and its connection ends.

uvicorn's own class waits for the request that its parser has refused already: the caller would
hang until Envoy's idle timer.
"""

from http import HTTPStatus

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import SecurityError

_BODY = b'{"code":3,"message":"%s","details":[]}'
_TOO_LONG = (
    b"a line of this handshake is too long: its path, a header, or there are too many headers"
)
_UNREADABLE = b"this handshake cannot be read"


class Sockets(WebSocketsSansIOProtocol):
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        refused = self.conn.handshake_exc
        if refused is None or self.handshake_initiated or self.transport.is_closing():
            return
        if isinstance(refused, SecurityError):
            answer = _answer(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _TOO_LONG)
        else:
            answer = _answer(HTTPStatus.BAD_REQUEST, _UNREADABLE)
        self.transport.write(answer)
        self.transport.close()


def _answer(status: HTTPStatus, message: bytes) -> bytes:
    body = _BODY % message
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
