import threading
import time

from optwright.eval.gate import Gate, Turnstile
from optwright.eval.threads import Threads, workers_for
from optwright.eval.work import Attempt, Feed, Task
from optwright.llm import ScriptedChat
from tests.eval.scripted import prediction_of


def test_never_more_inside_than_places_and_resizing_counts_at_once():
    turnstile, most, lock = Turnstile(3), [0], threading.Lock()

    def pass_through():
        with turnstile:
            with lock:
                most[0] = max(most[0], turnstile.inside)
            time.sleep(0.02)

    threads = [threading.Thread(target=pass_through) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 3
    assert turnstile.inside == 0
    turnstile.resize(1)
    with turnstile:
        waiting = threading.Thread(target=pass_through)
        waiting.start()
        time.sleep(0.02)
        assert turnstile.inside == 1
        turnstile.resize(2)
        waiting.join(timeout=1)
        assert not waiting.is_alive()


def test_the_places_stay_filled_until_the_tail_although_items_also_need_this_machine():
    turnstile, seen = Turnstile(8), []

    def work(task):
        for _ in range(2):
            time.sleep(0.005)
            with turnstile:
                time.sleep(0.04)
        return Attempt(task, prediction_of(task.id))

    done = threading.Event()

    def watch():
        while not done.wait(0.003):
            seen.append(turnstile.inside)

    watcher = threading.Thread(target=watch)
    watcher.start()
    feed = Feed(Task(f"a/{i:04d}", 0, "words") for i in range(100))
    for attempt in Threads(work, workers_for(8)).attempts(feed):
        feed.done(attempt.task)
    done.set()
    watcher.join()
    steady = seen[len(seen) // 10 : int(len(seen) * 0.85)]
    assert sum(steady) / len(steady) > 0.95 * 8


def test_a_gate_answers_like_the_model_behind_it():
    gate = Gate(ScriptedChat(["four"]), Turnstile(1))
    assert gate.complete([{"role": "user", "content": "2 + 2?"}]).text == "four"
    assert gate.name == ScriptedChat(["four"]).name
