"""Peers that stopped reading or have vanished: what they may cost, and for how long."""

import socket
from collections.abc import Iterable

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_TCP_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", None)
"""Linux has it. Elsewhere the system's own patience holds, which is a quarter of an hour."""


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, for peers that do not read what they are sent.

    They get no answers to pings, which would be buffered without a bound, and a process that was
    asked to end does not wait for them.
    """

    def handle_ping(self) -> None:
        answer = b"".join(self.conn.data_to_send())
        if self.writable.is_set():
            self.transport.write(answer)

    def shutdown(self) -> None:
        super().shutdown()
        if not self.writable.is_set():
            self.transport.abort()


def limit_silence(listening: Iterable[int], seconds: float) -> None:
    """Let the system drop connections whose peer takes no bytes for so long.

    A keepalive ping finds out who has vanished, but a connection is closed only once its buffer
    is written, and a peer that does not read never lets it. Accepted connections inherit this
    from the listening sockets, which are named by their descriptors.
    """
    if _TCP_USER_TIMEOUT is None:
        return
    for descriptor in listening:
        # A copy of the descriptor: uvloop's own stand-in for a socket takes no options.
        with socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM) as copy:
            copy.setsockopt(socket.IPPROTO_TCP, _TCP_USER_TIMEOUT, int(seconds * 1000))
