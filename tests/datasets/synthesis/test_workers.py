import os
import time

from optwright.datasets.synthesis.workers import Workers


def work(task: int) -> int:
    if task == 13:
        os._exit(3)
    if task == 17:
        time.sleep(3600)
    return task * task


def run(tasks: list[int], count: int, seconds: float = 120.0) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    waiting = list(tasks)
    with Workers[int, int](work, count) as pool:
        while waiting or pool.running:
            while waiting and pool.free:
                pool.start(waiting.pop(0), seconds)
            found.update(pool.finished())
    return found


def test_a_process_that_dies_is_replaced_and_its_task_told():
    assert run([1, 13, 2, 3], 1) == {1: 1, 13: None, 2: 4, 3: 9}


def test_a_process_that_hangs_is_ended_at_its_deadline(monkeypatch):
    monkeypatch.setattr("optwright.datasets.synthesis.workers.STARTING", 0.0)
    assert run([17], 1, seconds=0.5) == {17: None}
