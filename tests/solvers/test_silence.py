from __future__ import annotations

import os
import threading

from optwright.solvers.silence import quiet_stderr


def test_what_is_written_inside_is_lost_and_nothing_else(capfd):
    os.write(2, b"before ")
    with quiet_stderr():
        try:
            os.write(2, b"inside ")
        except OSError:
            pass
        else:
            raise AssertionError("the descriptor could still be written to")
    os.write(2, b"after")
    assert capfd.readouterr().err == "before after"


def test_stderr_comes_back_when_the_last_thread_leaves(capfd):
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    barrier = threading.Barrier(8)

    def work():
        barrier.wait()
        for _ in range(50):
            with quiet_stderr():
                pass

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(2, b"here")
    assert capfd.readouterr().err == "here"
    if before:
        assert len(os.listdir("/proc/self/fd")) == before
