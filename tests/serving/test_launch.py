from dataclasses import replace
from pathlib import Path

import pytest

from optwright.errors import InputError
from optwright.serving.address import Address
from optwright.serving.backend import Backend, Choice
from optwright.serving.checkpoint import Adapter, read
from optwright.serving.flags import Flags
from optwright.serving.launch import Wish, plan
from optwright.serving.machine import GIB, Machine

CPU = Machine(16 * GIB, ())
GPU = Machine(64 * GIB, ("NVIDIA H100 (81559 MiB)",))
PYTHON = Path("/envs/one/bin/python")


def make(model, *flags, backend=Backend.VLLM_CPU, machine=CPU, environment=None, adapters=()):
    wish = Wish(read(str(model)), adapters, Address("127.0.0.1", 8123), Flags(flags))
    return plan(Choice(backend, PYTHON, "0.32.0", ""), wish, machine, {"PATH": "/bin"} | (environment or {}))


def value(launch, flag):
    return launch.command[launch.command.index(flag) + 1]


def test_a_cpu_gets_single_precision_and_a_cache_of_use(model):
    launch = make(model)
    assert launch.command[:3] == (str(PYTHON), "-m", "vllm.entrypoints.openai.api_server")
    assert value(launch, "--model") == str(model)
    assert value(launch, "--served-model-name") == "small"
    assert value(launch, "--dtype") == "float32"
    assert value(launch, "--max-model-len") == "auto"
    assert {"--enable-prefix-caching", "--enforce-eager"} <= set(launch.command)
    assert launch.environment["VLLM_CPU_KVCACHE_SPACE"] == "1"  # 16 contexts of this model take half a GiB
    assert launch.environment["VLLM_NO_USAGE_STATS"] == "1"
    assert launch.environment["PATH"] == "/envs/one/bin:/bin"
    assert launch.names == ("small",)


def test_a_cache_takes_at_most_half_of_what_is_free(model):
    checkpoint = replace(read(str(model)), token_bytes=2**20, context=131072)
    launch = plan(Choice(Backend.VLLM_CPU, PYTHON, "1", ""), Wish(checkpoint), CPU, {})
    assert launch.environment["VLLM_CPU_KVCACHE_SPACE"] == "7"


def test_weights_too_large_for_single_precision_keep_their_own(model):
    checkpoint = replace(read(str(model)), weights=7 * GIB, dtype="bfloat16")
    launch = plan(Choice(Backend.VLLM_CPU, PYTHON, "1", ""), Wish(checkpoint), CPU, {})
    assert "--dtype" not in launch.command


def test_weights_that_do_not_fit_are_refused_with_figures(model):
    checkpoint = replace(read(str(model)), weights=15 * GIB, dtype="bfloat16")
    with pytest.raises(InputError, match=r"small needs about 17\.5 GiB of memory and 16\.0 GiB are free"):
        plan(Choice(Backend.VLLM_CPU, PYTHON, "1", ""), Wish(checkpoint), CPU, {})


def test_a_busy_machine_gets_fewer_threads_bound_to_none(model):
    busy = make(model, machine=replace(CPU, cores=8, load=5.5))
    assert busy.environment["OMP_NUM_THREADS"] == "2"
    assert busy.environment["VLLM_CPU_OMP_THREADS_BIND"] == "nobind"
    assert "the machine is busy" in busy.notes[0]
    light = make(model, backend=Backend.TRANSFORMERS, machine=replace(CPU, cores=8, load=5.5))
    assert light.environment["OMP_NUM_THREADS"] == "2"
    swamped = make(model, machine=replace(CPU, cores=4, load=16.0))
    assert swamped.environment["OMP_NUM_THREADS"] == "1"
    quiet = make(model, machine=replace(CPU, cores=8, load=1.0))
    chosen = make(model, machine=replace(CPU, cores=8, load=5.5), environment={"OMP_NUM_THREADS": "6"})
    assert "OMP_NUM_THREADS" not in quiet.environment
    assert chosen.environment["OMP_NUM_THREADS"] == "6"


def test_a_gpu_gets_none_of_what_is_for_cpus(model):
    launch = make(model, backend=Backend.VLLM, machine=GPU)
    assert not {"--dtype", "--enforce-eager"} & set(launch.command)
    assert "VLLM_CPU_KVCACHE_SPACE" not in launch.environment
    assert "--enable-prefix-caching" in launch.command


def test_what_the_user_gives_wins(model):
    flags = (
        "--dtype=bfloat16",
        "--max_model_len",
        "2048",
        "--no-enable-prefix-caching",
        "--served-model-name",
        "a",
        "b",
    )
    launch = make(model, *flags, environment={"VLLM_CPU_KVCACHE_SPACE": "3", "HF_HUB_OFFLINE": "0"})
    assert launch.command[-len(flags) :] == flags
    assert not {"--dtype", "--max-model-len", "--enable-prefix-caching"} & set(launch.command)
    assert launch.names == ("a", "b")
    assert launch.environment["VLLM_CPU_KVCACHE_SPACE"] == "3"
    assert launch.environment["HF_HUB_OFFLINE"] == "0"


@pytest.mark.parametrize("flags", [("--api-key", "secret", "--seed", "1"), ("--api-key=secret", "--seed", "1")])
def test_a_key_goes_where_ps_does_not_show_it(model, flags):
    launch = make(model, *flags)
    assert not any("secret" in word for word in launch.command)
    assert launch.command[-2:] == ("--seed", "1")
    assert launch.environment["VLLM_API_KEY"] == "secret"
    assert launch.has_key
    assert "secret" not in repr(launch)


def test_adapters_come_first_among_the_names(model):
    adapters = (Adapter("tuned", Path("/runs/a"), 4), Adapter("other", Path("/runs/b"), 20))
    launch = make(model, adapters=adapters)
    at = launch.command.index("--lora-modules")
    assert launch.command[at + 1 : at + 3] == ("tuned=/runs/a", "other=/runs/b")
    assert value(launch, "--max-lora-rank") == "32"
    assert launch.names == ("tuned", "other", "small")
    with pytest.raises(InputError, match="rank 600; vLLM serves ranks up to 512: merge it"):
        make(model, adapters=(Adapter("big", Path("/x"), 600),))


def test_a_model_without_a_chat_template_gets_a_plain_one(model):
    (model / "chat_template.jinja").unlink()
    launch = make(model)
    assert Path(value(launch, "--chat-template")).is_file()
    assert "no chat template" in launch.notes[0]
    assert value(make(model, "--chat-template", "own.jinja"), "--chat-template") == "own.jinja"
    with pytest.raises(InputError, match="has no chat template, which"):
        make(model, backend=Backend.TRANSFORMERS)


def test_transformers_answers_to_the_path_and_serves_no_adapters(model):
    launch = make(model, "--dtype", "bfloat16", backend=Backend.TRANSFORMERS)
    assert launch.names == (str(model),)
    assert launch.command[-8:] == ("serve", str(model), "--host", "127.0.0.1", "--port", "8123", "--dtype", "bfloat16")
    with pytest.raises(InputError, match="--lora needs vLLM"):
        make(model, backend=Backend.TRANSFORMERS, adapters=(Adapter("tuned", Path("/x"), 4),))


def test_a_name_on_the_hub_needs_the_hub_or_its_cache(tmp_path):
    wish = Wish(read("owner/name"))
    choice = Choice(Backend.VLLM, PYTHON, "1", "")
    offline = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(tmp_path)}
    with pytest.raises(InputError, match="HF_HUB_OFFLINE forbids fetching it"):
        plan(choice, wish, GPU, offline)
    (tmp_path / "models--owner--name").mkdir()
    assert plan(choice, wish, GPU, offline).names == ("owner/name",)
    assert "HF_HUB_OFFLINE" not in plan(choice, wish, GPU, {}).environment


def test_flags():
    flags = Flags(("--a", "1", "2", "-x", "--b_c=3", "--no-d"))
    assert flags.values("--a") == ("1", "2")
    assert flags.last("--b-c") == "3"
    assert "--d" in flags
    assert "--e" not in flags
    assert flags.last("--e") is None
    assert flags.without("--b-c") == ("--a", "1", "2", "-x", "--no-d")
