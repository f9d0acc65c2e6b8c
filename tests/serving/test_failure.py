import pytest

from optwright.serving import failure

# Lines as vLLM 0.32, torch 2.13, transformers 5 and Linux write them.
LOGS = {
    "api_server.py: error: unrecognized arguments: --no-such-flag 3": "does not know --no-such-flag 3",
    "error: argument --dtype: invalid choice: 'f' (choose from auto)": "argument --dtype: invalid choice",
    "RuntimeError: [enforce fail] . DefaultCPUAllocator: can't allocate memory": "not enough memory",
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB": "not enough memory",
    "ValueError: Available memory on node 0 (1.0/18.84 GiB) on kv cache allocation is less than requested memory "
    "for kv (2.0 GiB).": "VLLM_CPU_KVCACHE_SPACE",
    "OSError: [Errno 28] No space left on device": "the disk is full",
    "OSError: [Errno 98] Address already in use": "the port was taken",
    "ValueError: User-specified max_model_len (99999) is greater than the derived max_model_len "
    "(max_position_embeddings=16384.0 or model_max_length=None in model's config.json).": "--max-model-len 16384",
    "Based on the available memory, the estimated maximum model length is 4096.": "give --max-model-len 4096",
    "ValueError: Model architectures ['OddForCausalLM'] are not supported for now.": "kind 'OddForCausalLM'",
    "ModuleNotFoundError: No module named 'jmespath'": "its environment lacks jmespath",
    "RuntimeError: Failed to infer device type": "--backend vllm-cpu",
    "(APIServer pid=7) ValueError: something of its own": "ValueError: something of its own",
}


@pytest.mark.parametrize("log", LOGS)
def test_reasons(tmp_path, log):
    lines = f"INFO starting\n{log}\nmore\n"
    assert LOGS[log] in failure.reason(lines, 1, tmp_path)
    assert "\n" not in failure.reason(lines, 1, tmp_path)


def test_without_words_the_exit_code_speaks(tmp_path):
    assert "killed, most likely for lack of memory" in failure.reason("INFO fine\n", 137, tmp_path)
    assert "signal 11" in failure.reason("", 139, tmp_path)
    assert "exit code 7" in failure.reason("", 7, tmp_path)


def test_the_tail_says_something(tmp_path):
    log = tmp_path / "log"
    log.write_text("first\n" * 30 + "\n\nlast\n" + "x" * 1000)
    shown = failure.tail(failure.read_end(log), lines=3).splitlines()
    assert shown[1] == "last"
    assert len(shown[2]) == 300
    assert failure.read_end(tmp_path / "none") == ""
