#!/usr/bin/env bash
# The search for prompts, whole, on a real served model: the small reference model behind vLLM's CPU build, two
# strategies with a scripted optimiser, and OPRO with the model as its own optimiser. The model was tuned on the bare
# question, so that nothing is expected to improve. Figures: docs/prompts.md. Usage: runs/prompts_mini.sh [DIR]
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-runs/prompts-mini}
mkdir -p "$out"
python=${PYTHON:-python}
problems=models/mini/training
export PYTHONPATH=.

"$python" -m optwright serve models/mini --served-model-name mini --port 0 > "$out/serve.out" &
serving=$!
rm -f "$out/open"
mkfifo "$out/open"
"$python" -m tests.eval.prompt_server /dev/null > "$out/writer.url" < "$out/open" &
exec 9> "$out/open"
trap 'kill $serving; exec 9>&-; rm -f "$out/open"' EXIT
until grep -q BASE_URL "$out/serve.out" && [ -s "$out/writer.url" ]; do sleep 1; kill -0 $serving; done
url=$(grep -o 'http://[^ ]*' "$out/serve.out" | head -1)

search() {
    "$python" -m optwright prompts optimize --out "$out/$1" --resume --strategy "$2" \
        --benchmark $problems/validation.jsonl --benchmark $problems/unseen_template.jsonl \
        --model mini --base-url "$url" --method plain --effort low --max-tokens 600 --part plain.user \
        --steps 3 --count 4 --train 40 --validation 40 --test 40 --every 3 "${@:3}" 2>&1 | tee "$out/$1.log"
}
search opro opro --optimizer-model writer --optimizer-base-url "$(cat "$out/writer.url")"
search reflect reflect --optimizer-model writer --optimizer-base-url "$(cat "$out/writer.url")"
search own opro
