"""What holds for every test."""

import signal

from hypothesis import settings

settings.register_profile("shared", deadline=None)  # a loaded machine is slow, and that is no failure
settings.load_profile("shared")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what it puts into the background with Ctrl-C ignored, and every process started from there inherits
    # that; what the tests interrupt must be interruptible.
    signal.signal(signal.SIGINT, signal.default_int_handler)
