"""Where a server listens, and whether something does already."""

from __future__ import annotations

import ipaddress
import socket
from typing import NamedTuple

from optwright.errors import InputError


class Address(NamedTuple):
    """A host to bind to and a port."""

    host: str
    port: int

    @property
    def root(self) -> str:
        """The URL by which this machine reaches it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def url(self) -> str:
        """The base URL of its OpenAI protocol."""
        return f"{self.root}/v1"

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def claim(host: str, port: int) -> Address:
    """Return an address that is free now, with a port of the system's choice for port 0. Raises InputError.

    Nothing keeps it free: another program may take it before the server does.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
    except OSError as error:
        raise InputError(f"--host {host}: is no address of this machine ({error.strerror or error})") from None
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the servers do: the connections of one that has just ended do not keep its port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except PermissionError:
            raise InputError(f"--port {port}: ports below 1024 are for root; give a higher one") from None
        except OSError as error:
            if error.strerror and "in use" in error.strerror.lower():
                line = f"port {port} of {host} is taken; give another by --port, or --port 0 for a free one"
                raise InputError(line) from None
            raise InputError(f"--host {host}: is no address of this machine ({error.strerror})") from None
        return Address(host, probe.getsockname()[1])
