"""The demonstration of `make demo`: the examples of this folder, solved as a user would solve them."""

import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
COMMANDS = [
    "solve product_mix.txt --model offline",
    "solve transport_table.txt --model offline",
    "solve diet.txt --model offline",
    "solve rates/formulation.json --data rates/plants.csv rates/cities.csv rates/rates.csv",
]


def main() -> int:
    """Run every command and return how many failed."""
    failed = 0
    for command in COMMANDS:
        words = command.split()
        if words[1].endswith(".txt"):
            print(f"$ cat {words[1]}\n{(HERE / words[1]).read_text().rstrip()}\n", flush=True)
        print(f"$ optwright {shlex.join(words)}", flush=True)
        failed += subprocess.run([sys.executable, "-m", "optwright", *words], cwd=HERE).returncode != 0
        print(flush=True)
    if failed:
        print(f"{failed} of {len(COMMANDS)} examples failed", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
