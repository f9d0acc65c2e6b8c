"""What stands before Gradio: the addresses that the page needs and no others, and headers that keep it to itself."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_API = "/gradio_api"
_OPEN = re.compile(
    rf"/|/config/?|/theme\.css|/favicon\.ico|/robots\.txt|/(?:assets|static)/[\w./-]+|/login/?|/logout/?|"
    rf"{_API}/(?:startup-events|login_check/?|user/?|app_id/?|theme\.css|heartbeat/\w+|queue/join|queue/data|cancel|reset/?|"
    rf"upload|upload_progress|file=.+)"
)
"""Everything else (the programming interface, proxies, recordings, the monitor) is not there."""
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)
"""The browser itself refuses to ask any other host for anything. Gradio's front end needs inline scripts and eval."""
_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class Guard:
    """ASGI middleware: refuses what the page does not need, and large uploads before they are read."""

    def __init__(self, app: Any, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path") or "")
        if _OPEN.fullmatch(path) is None:
            await _refuse(send, 404, "There is nothing here.")
        elif _length(scope) > self.most:
            await _refuse(send, 413, f"The file exceeds the maximum allowed size of {self.most / 2**20:.0f} MiB.")
        else:
            await self.app(scope, receive, _with_headers(send))


def _length(scope: Scope) -> int:
    text = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(text) if text.isdigit() else 0


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *_HEADERS]
        await send(message)

    return wrapped


async def _refuse(send: Send, status: int, text: str) -> None:
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
