#!/usr/bin/env bash
# The small reference model from nothing: synthetic problems, tokenizer, training, merging, vLLM on the CPU, evaluation.
#   runs/mini.sh            everything into runs/mini; killed, it goes on where it was
# Settings, by environment variables:
#   MINI_OUT=runs/mini      where everything goes
#   MINI_N=14000            synthetic problems to make (a quarter of an hour on 4 cores)
#   MINI_CONFIG=configs/sft/mini.yaml   the training: 69 minutes on two of four busy cores, minutes on a GPU
#   MINI_PORT=8765          where vLLM listens
#   MINI_EVAL=200           held-out problems of each kind
#   OPTWRIGHT_VLLM_PYTHON   the environment that scripts/install_vllm_cpu.sh made
#   OPTWRIGHT_BENCHMARKS    a folder with nl4opt.jsonl, whose questions are then kept out of training and evaluated on
#   PYTHON=python           an interpreter with optwright[finetune]
set -euo pipefail
cd "$(dirname "$0")/.."
[ -z "${OPTWRIGHT_BENCHMARKS:-}" ] || OPTWRIGHT_BENCHMARKS=$(realpath "$OPTWRIGHT_BENCHMARKS")
out=${MINI_OUT:-runs/mini}
run="${PYTHON:-python} -m optwright"
families=product_mix,trips,staff_mix,advertising,money_split,process_runs
unseen=knapsack,portfolio
held=${MINI_EVAL:-200}
told="--level easy --style textbook --style bullets --no-files --quiet"
for size in products=2..3 resources=1..2 vehicles=2..3 kinds=2..3 media=2..3 assets=2..3 processes=2..3 goods=1..2; do
    small="${small:-} --knob $size"
done
mkdir -p "$out"
export PYTHONPATH=$PWD${PYTHONPATH:+:$PYTHONPATH}
again() { [ -f "$1/config.json" ] && echo --resume || true; }

echo "== synthetic problems"
$run synth --out "$out/synth" -n "${MINI_N:-14000}" --families $families $told $small --knob sides=0..1 --seed mini
$run synth --out "$out/synth-unseen" -n $((held * 2)) --families $unseen $told --knob items=3..4 --knob assets=3 --knob sides=0..1 --seed mini-unseen

echo "== records and tokenizer"
[ -f "$out/records/card.json" ] || $run finetune records "$out/synth/pairs.jsonl" "$out/synth-unseen/pairs.jsonl" \
    --out "$out/records" --plain --pieces --held "$held"
[ -f "$out/tokenizer/tokenizer.json" ] ||
    $run finetune tokenizer "$out/records/train.jsonl" --out "$out/tokenizer" --size 2048

echo "== training (its curves: $out/sft/curves.svg)"
config=$out/mini.yaml
sed "s#runs/mini/#$out/#" "${MINI_CONFIG:-configs/sft/mini.yaml}" >"$config"
[ -f "$out/sft/result.json" ] || $run finetune sft --config "$config" --out "$out/sft" $(again "$out/sft")

echo "== weights to serve"
[ -f "$out/model/model.safetensors" ] || $run finetune merge "$out/sft/final" --out "$out/model" --precision float16

echo "== vLLM"
url=http://127.0.0.1:${MINI_PORT:-8765}
$run serve "$out/model" --port "${MINI_PORT:-8765}" --backend vllm-cpu --served-model-name mini --dtype float32 \
    >"$out/serve.out" 2>"$out/serve.err" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true' EXIT
until curl -sf "$url/health" >/dev/null; do
    kill -0 $server 2>/dev/null || { cat "$out/serve.err" >&2; exit 1; }
    sleep 2
done

echo "== the same weights here and there"
$run finetune agree "$out/model" "$out/records/validation.jsonl" --base-url "$url/v1" --name mini --limit 40 || true

echo "== evaluation through vLLM"
cd "$out"
echo "llm: {max_tokens: 800}" >optwright.yaml # a small model that loses its way would write on to the end of its context
ask="--method plain --effort low --model mini --base-url $url/v1"
for name in wording validation unseen_template unseen_family; do
    $run eval records/$name.jsonl $ask --out eval-$name $(again eval-$name)
done
if [ -n "${OPTWRIGHT_BENCHMARKS:-}" ] && [ -f "$OPTWRIGHT_BENCHMARKS/nl4opt.jsonl" ]; then
    $run eval nl4opt $ask --out eval-nl4opt $(again eval-nl4opt)
fi
