"""The files for several GPUs are what accelerate reads, and the launch that they tell is a command that exists."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from optwright.cli.main import app

pytest.importorskip("accelerate")
from accelerate.commands.config.config_args import load_config_from_file
from accelerate.commands.launch import _validate_launch_command, launch_command_parser

FOLDER = Path(__file__).resolve().parents[2] / "configs" / "accelerate"


@pytest.mark.parametrize(("name", "kind"), [("fsdp", "FSDP"), ("zero3", "DEEPSPEED")])
def test_accelerate_reads_the_file(name, kind):
    config = load_config_from_file(str(FOLDER / f"{name}.yaml"))
    assert config.distributed_type == kind
    assert config.mixed_precision == "bf16"
    part = "fsdp_config" if name == "fsdp" else "deepspeed_config"
    assert getattr(config, part) == yaml.safe_load((FOLDER / f"{name}.yaml").read_text())[part]


def test_accelerate_takes_the_fields_over_into_a_launch():
    words = ["--config_file", str(FOLDER / "fsdp.yaml"), "-m", "optwright", "finetune", "sft", "--config", "run.yaml"]
    parsed, _, _ = _validate_launch_command(launch_command_parser().parse_args(words))
    assert parsed.use_fsdp
    assert str(parsed.fsdp_version) == "2"
    assert parsed.module
    assert parsed.training_script_args == ["finetune", "sft", "--config", "run.yaml"]
    told = (FOLDER / "fsdp.yaml").read_text()
    assert "-m optwright finetune sft --config" in told
    assert CliRunner().invoke(app, ["finetune", "sft", "--help"]).exit_code == 0
