"""Records between the product, its keepers and their children: a JSON header and bytes, never a pickle."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, NoReturn

_HEAD = struct.Struct("=IQ")
_HEADER_LIMIT = 256 * 1024
"""Bytes; the header of a stranger becomes objects in the product's memory, ten times as large."""


class WireError(ValueError):
    """What came is not a record, or came to an end half way."""


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """Return the bytes of one record. Raises ValueError for NaN and infinities."""
    text = json.dumps(header, allow_nan=False, separators=(",", ":")).encode()
    return b"".join((_HEAD.pack(len(text), len(body)), text, body))


def unpack(record: bytes) -> tuple[dict[str, Any], bytes]:
    """Return header and body of the bytes of one record, whoever wrote them. Raises WireError."""
    if len(record) < _HEAD.size:
        raise WireError("nothing complete was handed over")
    size, rest = _HEAD.unpack_from(record)
    start = _HEAD.size + size
    if size > _HEADER_LIMIT or start + rest != len(record):
        raise WireError("what was handed over is not of the length that it says")
    return _header(record[_HEAD.size : start]), record[start:]


def is_whole(data: bytes | bytearray, start: int) -> bool:
    """Whether as many bytes follow from `start` on as the record there says that it has."""
    if len(data) < start + _HEAD.size:
        return False
    size, rest = _HEAD.unpack_from(data, start)
    return len(data) >= start + _HEAD.size + int(size) + int(rest)


def send(channel: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    """Send one record. Raises OSError."""
    channel.sendall(pack(header, body))


def receive(channel: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Receive one record from a trusted peer. Raises WireError when it ends early, OSError (TimeoutError) otherwise."""
    size, rest = _HEAD.unpack(_exactly(channel, _HEAD.size))
    if size > _HEADER_LIMIT:
        raise WireError("the header is too long")
    header = _header(_exactly(channel, size))
    return header, _exactly(channel, rest)


def _exactly(channel: socket.socket, size: int) -> bytes:
    buffer = bytearray(size)
    view, filled = memoryview(buffer), 0
    while filled < size:
        count = channel.recv_into(view[filled:])
        if count == 0:
            raise WireError("the other side went away")
        filled += count
    return bytes(buffer)


def _header(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise WireError(f"what was handed over is not JSON: {problem}") from None
    if not isinstance(header, dict):
        raise WireError("what was handed over is not a JSON object")
    return header


def _no_constant(name: str) -> NoReturn:
    raise WireError(f"what was handed over contains {name}")
