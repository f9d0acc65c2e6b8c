"""What holds for every test."""

import signal

from hypothesis import settings

settings.register_profile("shared", deadline=None)  # a loaded machine is slow, and that is no failure
settings.load_profile("shared")

# A shell starts what it puts into the background with Ctrl-C ignored, nohup ignores hangups, and every process started
# from there inherits that; what the tests interrupt must be interruptible.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)
