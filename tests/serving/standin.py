"""Put in the place of `vllm.entrypoints.openai.api_server`, which takes a minute to start: a real server process.

It takes vLLM's flags, serves /health and /v1/models, starts children as vLLM does, and misbehaves as STANDIN says.
What is tested with it is what starts, watches and ends a server, never what a server answers.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

parser = argparse.ArgumentParser("api_server.py")
for flag in ("--model", "--host", "--port", "--dtype", "--max-model-len", "--max-num-seqs"):
    parser.add_argument(flag)
parser.add_argument("--served-model-name", nargs="+")
for flag in ("--enable-prefix-caching", "--enable-prompt-tokens-details", "--enforce-eager"):
    parser.add_argument(flag, action=argparse.BooleanOptionalAction)
arguments = parser.parse_args()
how = os.environ.get("STANDIN", "")

IDLE = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"]
children = [
    subprocess.Popen(DEAF if how == "stubborn" else IDLE),  # in the server's process group
    subprocess.Popen(DEAF, start_new_session=True),  # out of it
]
if "STANDIN_PIDS" in os.environ:
    with open(os.environ["STANDIN_PIDS"], "w") as file:
        file.write(" ".join(str(pid) for pid in (os.getpid(), *(child.pid for child in children))))
if how == "crash":
    print("(EngineCore pid=7) INFO 11-22 02:12:26 [core.py:133] Initializing a V1 LLM engine")
    sys.exit("RuntimeError: [enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes")
if how == "never":
    time.sleep(600)
if how == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/die":
            print("ValueError: the planted end", flush=True)
            os._exit(3)
        models = [{"id": name, "max_model_len": 4096} for name in arguments.served_model_name]
        body = json.dumps({"data": models, "arguments": sys.argv, "environment": dict(os.environ)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    allow_reuse_address = True


Server((arguments.host, int(arguments.port)), Handler).serve_forever()
