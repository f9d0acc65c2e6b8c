"""The command line: `optwright solve|run|check|render|latex|export|doctor`."""

from optwright.cli.main import main

__all__ = ["main"]
