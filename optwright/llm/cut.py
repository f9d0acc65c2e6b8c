"""Cutting a request that runs in another thread: its connection ends, so that the server stops writing too."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from optwright.stop import current, watched

if TYPE_CHECKING:
    from openai import OpenAI


@contextmanager
def cuttable(client: OpenAI) -> Iterator[OpenAI]:
    """Yield the client to ask by: where the work can be stopped one with a connection of its own, that ends then.

    Raises StoppedError when it is stopped already.
    """
    if not watched():
        yield client
        return
    from openai import DefaultHttpxClient

    wire = _Wire()
    with DefaultHttpxClient(event_hooks={"request": [wire.follow]}) as http, current().calling(wire.cut):
        yield client.with_options(http_client=http)


class _Wire:
    """The connections that a request's client has opened."""

    def __init__(self) -> None:
        self._streams: list[Any] = []

    def follow(self, request: Any) -> None:
        """Have the connections of a request noted as they are made."""
        request.extensions["trace"] = self._note

    def cut(self) -> None:
        """End them."""
        for stream in self._streams:
            with contextlib.suppress(OSError):  # it may be over by now
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def _note(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "connect_unix_socket.complete", "start_tls.complete")):
            self._streams.append(info["return_value"])
