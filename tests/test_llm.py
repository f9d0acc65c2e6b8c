"""Language models: a real HTTP server on the other end, and a key that must never show."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from optwright.budget import Usage
from optwright.errors import ConfigError, LLMError
from optwright.llm import CachedChat, ChatOptions, Completion, Finish, OpenAIChat, Reply, ScriptedChat
from optwright.llm.retry import Patience, persist
from optwright.llm.trouble import Kind, Trouble, retry_after
from optwright.llm.words import defect
from tests.stub_server import Fault, FaultPlan, Refusal, StubServer

KEY = "sk-canary-5f1e/+77"
ASK = [{"role": "user", "content": "how many?"}]
QUICK = Patience(attempts=8, deadline=20.0, first_wait=0.01, longest_wait=0.05)
IMPATIENT = ChatOptions(patience=Patience(2, 5, 0.01))


def chat(server, model="stub", *, key=KEY, **options):
    options.setdefault("patience", QUICK)
    return OpenAIChat(model, base_url=server.url, api_key=key, options=ChatOptions(**options))


def message(raised):
    text = str(raised.value)
    assert "\n" not in text
    assert KEY not in text
    return text


def test_a_reply_comes_with_its_usage():
    with StubServer("seven loaves") as server:
        completion = chat(server).complete(ASK, temperature=0.5, max_tokens=50, stop=["END"])
    assert completion.text == "seven loaves"
    assert completion.usage == Usage(1, 2, 3)
    assert completion.model == "stub"
    assert completion.seconds > 0
    body = server.requests[0]
    assert (body["temperature"], body["max_tokens"], body["stop"]) == (0.5, 50, ["END"])


def test_defaults_come_from_the_options_and_nothing_else_is_sent():
    with StubServer("x") as server:
        chat(server).complete(ASK)
        chat(server, temperature=0.0, max_tokens=9).complete(ASK)
    assert set(server.requests[0]) == {"messages", "model"}
    assert (server.requests[1]["temperature"], server.requests[1]["max_tokens"]) == (0.0, 9)


@pytest.mark.parametrize("fault", [Fault.RATE, Fault.SERVER, Fault.RESET, Fault.TRUNCATED, Fault.GARBAGE, Fault.EMPTY])
def test_what_passes_is_tried_again(fault):
    with StubServer("at last", faults=FaultPlan(script=[fault, fault])) as server:
        completion = chat(server).complete(ASK)
    assert completion.text == "at last"
    assert completion.attempts == 3
    assert server.faults.made[fault] == 2


def test_a_timeout_is_tried_again_within_the_deadline():
    plan = FaultPlan(script=[Fault.TIMEOUT, Fault.TRICKLE], hang=30.0)
    with StubServer("at last", faults=plan) as server:
        start = time.monotonic()
        completion = chat(server, patience=Patience(4, 20.0, 0.01, timeout=2.0)).complete(ASK)
    assert (completion.text, completion.attempts) == ("at last", 3)
    assert time.monotonic() - start < 25.0


@pytest.mark.parametrize("fault", [Fault.TIMEOUT, Fault.TRICKLE])
def test_the_deadline_is_over_all_attempts(fault):
    plan = FaultPlan(rate=1.0, kinds=[fault], hang=30.0)
    with StubServer("never", faults=plan) as server:
        start = time.monotonic()
        with pytest.raises(LLMError, match=r"in time|within") as raised:
            chat(server, patience=Patience(deadline=0.6, first_wait=0.01)).complete(ASK)
    assert time.monotonic() - start < 20.0
    message(raised)


def test_attempts_are_limited():
    with StubServer("never", faults=FaultPlan(rate=1.0, kinds=[Fault.SERVER])) as server:
        with pytest.raises(LLMError, match=r"failed \(500\).*after 3 attempts") as raised:
            chat(server, patience=Patience(attempts=3, first_wait=0.01)).complete(ASK)
        assert server.faults.made[Fault.SERVER] == 3
    message(raised)


def test_retry_after_is_honoured():
    plan = FaultPlan(script=[Fault.RATE], retry_after="0.4")
    with StubServer("x", faults=plan) as server:
        start = time.monotonic()
        chat(server).complete(ASK)
    assert time.monotonic() - start >= 0.4


def test_a_wait_longer_than_the_deadline_is_not_begun():
    plan = FaultPlan(script=[Fault.RATE], retry_after="3600")
    with StubServer("x", faults=plan) as server:
        start = time.monotonic()
        with pytest.raises(LLMError, match=r"rate limit.*wait 3600 s") as raised:
            chat(server).complete(ASK)
    assert time.monotonic() - start < 20.0
    message(raised)


def test_retry_after_may_be_a_date():
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert retry_after("Fri, 21 Oct 2315 07:28:00 GMT") > 1e9
    assert retry_after("soon") is None
    assert retry_after(None) is None


def test_a_server_that_is_not_there_is_named():
    nobody = OpenAIChat(
        "m", base_url="http://127.0.0.1:9/v1", api_key=KEY, options=ChatOptions(patience=Patience(2, 5, 0.01))
    )
    with pytest.raises(LLMError, match=r"no server can be reached at http://127.0.0.1:9/v1.*is it running") as raised:
        nobody.complete(ASK)
    message(raised)


def test_a_server_that_was_never_there_is_given_up_soon_and_one_that_went_away_is_not():
    patience = Patience(attempts=6, deadline=60.0, first_wait=0.01)
    with StubServer("x") as server:
        model = chat(server, patience=patience)
        model.complete(ASK)
    for asked, tried in ((OpenAIChat("stub", base_url=server.url, options=model.options), 3), (model, 6)):
        with pytest.raises(LLMError, match=f"after {tried} attempts"):
            asked.complete(ASK)


def test_a_base_url_that_is_none_is_named():
    with pytest.raises(LLMError, match="base URL") as raised:
        OpenAIChat("m", base_url="localhost", api_key=KEY, options=ChatOptions(patience=Patience(2, 5, 0.01))).complete(
            ASK
        )
    message(raised)


def test_a_wrong_key_is_named_at_once_even_when_the_server_echoes_it():
    with StubServer("x", key="another") as server:
        with pytest.raises(LLMError, match=r"key was refused.*401.*OPTWRIGHT_API_KEY") as raised:
            chat(server).complete(ASK)
        assert not server.requests
    message(raised)


def test_an_unknown_model_is_named_with_those_that_there_are():
    has = r"no model 'gpt-x' \(404\); it has qwen, llama"
    with StubServer("x", models=["qwen", "llama"]) as server, pytest.raises(LLMError, match=has) as raised:
        chat(server, "gpt-x").complete(ASK)
    message(raised)


def test_a_base_url_without_v1_is_told():
    with StubServer("x") as server:
        wrong = OpenAIChat("stub", base_url=server.url.removesuffix("/v1"), options=ChatOptions(patience=QUICK))
        with pytest.raises(LLMError, match="usually ends in /v1"):
            wrong.complete(ASK)


def test_the_only_model_of_a_server_is_used_and_several_are_listed():
    with StubServer("x", models=["local"]) as server:
        assert chat(server, None).complete(ASK).model == "local"
    with StubServer("x", models=["a", "b"]) as server, pytest.raises(LLMError, match=r"has a, b\); set llm.model"):
        chat(server, None).complete(ASK)


def test_a_cut_off_reply_comes_back_marked_and_is_named():
    with StubServer("one two three", faults=FaultPlan(script=[Fault.CUT])) as server:
        reply = chat(server).complete(ASK).replies[0]
    assert reply.finish is Finish.LENGTH
    assert "cut off after 6 characters (finish_reason length)" in defect(reply)
    assert defect(Reply("fine")) is None
    assert defect(Reply(" ")) == "the reply is empty"
    assert "before its first word" in defect(Reply("", Finish.LENGTH))
    assert "withheld" in defect(Reply("half", Finish.FILTER))


def test_a_refusal_is_a_reply_with_its_own_words():
    with StubServer("x") as server:
        server.extra = {"content": None, "refusal": "I would rather not."}
        reply = chat(server).complete(ASK).replies[0]
    assert reply == Reply("I would rather not.", Finish.FILTER)


def test_replies_that_stay_empty_are_named():
    with StubServer("") as server, pytest.raises(LLMError, match=r"empty reply.*after 3 attempts"):
        chat(server, patience=Patience(3, 5, 0.01)).complete(ASK)


def test_a_used_up_quota_is_not_tried_again():
    plan = FaultPlan(script=[Fault.RATE], message="You exceeded your current quota")
    with StubServer("x", faults=plan) as server:
        with pytest.raises(LLMError, match="quota of this key"):
            chat(server).complete(ASK)
        assert not server.requests


SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


def test_structured_outputs_are_asked_for():
    with StubServer('{"a": 1}') as server:
        chat(server).complete(ASK, schema=SCHEMA)
        chat(server, structured=False).complete(ASK, schema=SCHEMA)
    assert server.requests[0]["response_format"]["json_schema"]["schema"] == SCHEMA
    assert "response_format" not in server.requests[1]


def test_a_server_without_structured_outputs_is_asked_plainly_from_its_first_refusal_on():
    def refuse(body):
        return Refusal(400, "response_format is not supported here") if "response_format" in body else None

    with StubServer('{"a": 1}', refuse=refuse) as server:
        model = chat(server)
        assert model.complete(ASK, schema=SCHEMA).text == '{"a": 1}'
        assert model.complete(ASK, schema=SCHEMA).text == '{"a": 1}'
    assert ["response_format" in body for body in server.requests] == [True, False, False]


def test_a_refusal_with_another_reason_does_not_turn_structured_outputs_off():
    seen = []

    def refuse(body):
        seen.append("response_format" in body)
        return Refusal(400, "context length exceeded") if len(seen) <= 2 else None

    with StubServer('{"a": 1}', refuse=refuse) as server:
        model = chat(server)
        with pytest.raises(LLMError, match=r"refused the request.*context length exceeded"):
            model.complete(ASK, schema=SCHEMA)
        model.complete(ASK, schema=SCHEMA)
    assert seen == [True, False, True]


def test_fields_that_a_server_does_not_take_are_left_out_or_renamed():
    def refuse(body):
        if "max_tokens" in body:
            return Refusal(400, "Unsupported parameter: use 'max_completion_tokens' instead")
        return Refusal(400, "'temperature' does not support 0") if "temperature" in body else None

    with StubServer("x", refuse=refuse) as server:
        model = chat(server)
        model.complete(ASK, temperature=0.0, max_tokens=7)
        model.complete(ASK, temperature=0.0, max_tokens=7)
    assert server.requests[-1] == {"messages": ASK, "model": "stub", "max_completion_tokens": 7}
    assert len(server.requests) == 4


def test_n_replies_come_even_from_a_server_that_gives_one():
    class One(StubServer):
        def answer(self, body):
            body["n"] = 1
            return super().answer(body)

    with One("x") as server:
        completion = chat(server).complete(ASK, n=3)
    assert len(completion.replies) == 3
    assert completion.usage.calls == 3


def test_of_several_replies_only_the_empty_ones_are_asked_for_again():
    with StubServer([["a", "", "b", ""], ["", "c"], ["d"]]) as server:
        completion = chat(server).complete(ASK, n=4)
    assert [reply.text for reply in completion.replies] == ["a", "b", "c", "d"]
    assert [body.get("n") for body in server.requests] == [4, 2, None]
    assert (completion.usage.calls, completion.attempts) == (3, 3)


def test_many_threads_share_one_instance():
    with StubServer(
        lambda messages: messages[-1]["content"][::-1], faults=FaultPlan(rate=0.2, seed=3, kinds=[Fault.SERVER])
    ) as server:
        model = chat(server)
        with ThreadPoolExecutor(16) as pool:
            texts = list(pool.map(lambda i: model.complete([{"role": "user", "content": f"q{i}"}]).text, range(80)))
    assert texts == [f"q{i}"[::-1] for i in range(80)]


def test_the_key_shows_nowhere(caplog):
    caplog.set_level(logging.DEBUG)
    echo = f"bad things happened to {KEY}"
    with StubServer(f"you said {KEY}", faults=FaultPlan(script=[Fault.SERVER] * 2, message=echo)) as server:
        model = chat(server, patience=Patience(2, 5, 0.01))
        with pytest.raises(LLMError) as raised:
            model.complete(ASK)
        assert "[key]" in message(raised)
        assert raised.value.__cause__ is None
        assert raised.value.__context__ is None or KEY not in str(raised.value.__context__)
        reply = model.complete(ASK).text
    assert reply == "you said [key]"
    assert KEY not in repr(model)
    assert KEY not in json.dumps(model.identity)
    assert KEY not in caplog.text


def test_a_password_in_the_url_is_not_shown():
    model = OpenAIChat(
        "m", base_url="http://me:hunter22x@127.0.0.1:9/v1", options=ChatOptions(patience=Patience(1, 5, 0.01))
    )
    with pytest.raises(LLMError) as raised:
        model.complete(ASK)
    assert "hunter22x" not in str(raised.value) + repr(model)


def test_a_key_that_cannot_be_sent_is_an_error_of_the_configuration():
    with pytest.raises(ConfigError, match="characters that cannot be sent") as raised:
        OpenAIChat("m", api_key="sk-kön\u0000ig")
    assert "sk-" not in str(raised.value)
    with StubServer("x", key="sk-plain") as server:
        assert chat(server, key=" sk-plain\n").complete(ASK).text == "x"


def test_persist_passes_on_what_is_no_trouble():
    def broken(seconds):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        persist(broken, Patience(3, 5, 0.01))
    with pytest.raises(LLMError, match="no time was left"):
        persist(lambda seconds: 1, Patience(3, 0.0))


def test_waits_grow_and_are_jittered():
    waits = []

    def fail(seconds):
        raise Trouble(Kind.SERVER, "down")

    with pytest.raises(LLMError):
        persist(fail, Patience(6, 1000.0, 1.0, 4.0), sleep=waits.append)
    assert len(waits) == 5
    for wait, whole in zip(waits, [1, 2, 4, 4, 4], strict=True):
        assert whole / 2 <= wait <= whole
    assert len(set(waits)) == 5


def test_scripted_replies_run_out_with_a_name_and_are_recorded():
    model = ScriptedChat(["one", Reply("two", Finish.LENGTH), LLMError("gone")], name="puppet")
    assert model.complete(ASK, temperature=1.0).text == "one"
    assert model.complete(ASK).replies[0].finish is Finish.LENGTH
    with pytest.raises(LLMError, match="gone"):
        model.complete(ASK)
    with pytest.raises(LLMError, match="'puppet' has no reply left after 3"):
        model.complete(ASK)
    assert [request.temperature for request in model.requests] == [1.0, None, None, None]
    assert ScriptedChat(lambda sent: sent[0]["content"] * 2).complete(ASK, n=2).replies[1].text == "how many?" * 2


def test_a_cached_reply_is_not_asked_for_again(tmp_path):
    inner = ScriptedChat(["one", "two", "three"])
    first = CachedChat(inner, tmp_path).complete(ASK)
    again = CachedChat(ScriptedChat([]), tmp_path).complete(ASK)
    assert (again.text, again.usage, again.cached, first.cached) == ("one", first.usage, True, False)
    assert CachedChat(inner, tmp_path).complete(ASK, temperature=0.1).text == "two"
    assert CachedChat(inner, tmp_path).complete([*ASK, *ASK]).text == "three"


def test_the_cache_tells_models_and_settings_apart(tmp_path):
    with StubServer("x", models=["a", "b"]) as server:
        for model, temperature in (("a", 0.0), ("b", 0.0), ("a", 1.0), ("a", 0.0)):
            CachedChat(chat(server, model, temperature=temperature), tmp_path).complete(ASK)
    assert len(server.requests) == 3


def test_a_damaged_cache_file_counts_as_absent(tmp_path):
    CachedChat(ScriptedChat(["one"]), tmp_path).complete(ASK)
    (kept,) = tmp_path.rglob("*.json")
    for damage in ("", "{}", '{"replies": 3}', "[1]", kept.read_text()[:-10]):
        kept.write_text(damage)
        assert CachedChat(ScriptedChat(["fresh"]), tmp_path).complete(ASK).text == "fresh"
    assert not list(tmp_path.rglob("*.part"))


def test_completions_survive_json():
    completion = Completion((Reply("x", Finish.LENGTH),), Usage(1, 2, 3, 4), "m", 0.5, 2)
    assert Completion.from_json(json.loads(json.dumps(completion.to_json()))) == completion


_WORKER = """
import sys
from optwright.llm import CachedChat, ScriptedChat
chat = CachedChat(ScriptedChat(lambda messages: "r" * 200_000), sys.argv[1])
for i in range(20):
    assert len(chat.complete([{"role": "user", "content": str(i % 4)}]).text) == 200_000
"""


def test_several_processes_share_a_cache(tmp_path):
    command = [sys.executable, "-c", _WORKER, str(tmp_path)]
    workers = [subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.getcwd()}) for _ in range(3)]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    assert len(list(tmp_path.rglob("*.json"))) == 4


def test_a_call_that_overstays_leaves_no_thread_that_blocks_the_end():
    with StubServer("x", faults=FaultPlan(rate=1.0, kinds=[Fault.TIMEOUT], hang=1.0)) as server:
        with pytest.raises(LLMError):
            chat(server, patience=Patience(deadline=0.2, first_wait=0.01)).complete(ASK)
        left = [thread for thread in threading.enumerate() if thread.name == "optwright-llm"]
    assert all(thread.daemon for thread in left)
