"""Meta's official SDKs, unchanged, against Countersign's door to Meta's Graph.

python3 tests/meta-sdk/run.py COUNTERSIGN [FLOW...]

Installs what is missing (pinned) under target/meta-sdk, starts a server on loopback with a world of its
own, and runs the flows. With names, only those.
"""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "meta-sdk"
PYTHON = CACHE / "venv/bin/python"
ACCOUNTS = 300


def install():
    """Installs the SDK once for each version of the lock file."""
    lock = HERE / "requirements.txt"
    stamp = hashlib.sha256(lock.read_bytes()).hexdigest()
    done = CACHE / "installed"
    if done.exists() and done.read_text() == stamp:
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    run = lambda *what: subprocess.run([str(one) for one in what], check=True, stdout=sys.stderr)
    run(sys.executable, "-m", "venv", CACHE / "venv")
    run(PYTHON, "-m", "pip", "install", "--quiet", "--requirement", lock)
    done.write_text(stamp)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def load(base):
    """Makes the realm: the world's file, and as many accounts as make several pages."""
    accounts = "".join(
        f"  - {{ id: act_9{number:03}, kind: ad_account, owner: \"business:3001\" }}\n"
        for number in range(ACCOUNTS)
    )
    directory = (HERE / "world.yaml").read_text().replace("assets:\n", f"assets:\n{accounts}", 1)
    rulebook = (ROOT / "rulebooks/meta.toml").read_text()
    body = json.dumps({"realm": "graph", "rulebook": rulebook, "directory": directory}).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{base}/test-controls/realms", body, headers)
    try:
        urllib.request.urlopen(request).close()
    except urllib.error.HTTPError as error:
        raise SystemExit(error.read().decode()) from error


def main():
    countersign = Path(sys.argv[1]).resolve()
    began = time.monotonic()
    install()
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
        load(base)
        flows = [str(PYTHON), str(HERE / "main.py"), base, "graph", *sys.argv[2:]]
        code = subprocess.run(flows, timeout=300).returncode
    finally:
        server.terminate()
        server.stdout.close()
        server.wait(timeout=20)
    print(f"Meta's SDKs: {time.monotonic() - began:.0f} s", file=sys.stderr)
    sys.exit(code)


main()
