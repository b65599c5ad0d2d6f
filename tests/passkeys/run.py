"""A person makes a passkey and signs in with it, in a real browser.

python3 tests/passkeys/run.py COUNTERSIGN

Starts a server on loopback with a world of its own, and Chromium with a device of its own making (the
virtual authenticator of its developer tools). With PICTURES=FOLDER the pages are kept as pictures.
"""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "correct horse battery"
# How long anything may take, in seconds.
PATIENCE = 20


class Browser:
    """Chromium, spoken to through a pipe."""

    def __init__(self, folder):
        name = shutil.which("chromium") or shutil.which("chromium-browser")
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        switches = [
            "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu",
            "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-default-apps", "--window-size=900,1100",
            # Nothing beside this machine is asked for.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
            f"--user-data-dir={folder}",
        ]
        if os.geteuid() == 0:
            switches.append("--no-sandbox")
        # It reads from descriptor 3 and writes to 4.
        shell = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self.process = subprocess.Popen(
            ["sh", "-c", shell, "sh", name, *switches, "about:blank"],
            pass_fds=(theirs_in, theirs_out), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.reads, self.writes = ours_in, ours_out
        self.rest, self.number, self.session = b"", 0, None
        target = next(one for one in self.ask("Target.getTargets")["targetInfos"] if one["type"] == "page")
        attached = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self.session = attached["sessionId"]
        self.ask("Page.enable")

    def ask(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writes, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.hear()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]

    def hear(self):
        while b"\0" not in self.rest:
            more = os.read(self.reads, 1 << 16)
            if not more:
                raise SystemExit("the browser has gone")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def run(self, script):
        said = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in said:
            # The page went while it was looked at: it is looked at again.
            return None
        return said["result"].get("value")

    def until(self, script, what):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.run(script):
                return
            time.sleep(0.05)
        raise SystemExit(f"{what}: never came; the page says {self.run('document.body.innerText')!r}")

    def open(self, url, heading):
        self.ask("Page.navigate", url=url)
        self.shows(heading)

    def shows(self, heading):
        script = f"document.readyState === 'complete' && document.querySelector('h1')?.innerText === {json.dumps(heading)}"
        self.until(script, f"the page `{heading}`")

    def click(self, words):
        button = f"[...document.querySelectorAll('button')].find((one) => one.innerText === {json.dumps(words)})"
        self.until(f"{button} && !{button}.closest('[hidden]')", f"the button `{words}`")
        self.run(f"{button}.click()")

    def fill(self, **fields):
        for name, value in fields.items():
            self.run(f"document.querySelector('input[name={name}]:not([type=hidden])').value = {json.dumps(value)}")

    def text(self):
        return self.run("document.body.innerText")

    def picture(self, name):
        folder = os.environ.get("PICTURES")
        if folder:
            data = self.ask("Page.captureScreenshot", format="png")["data"]
            (Path(folder) / f"{name}.png").write_bytes(base64.b64decode(data))

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)


def post(url, body, token=None):
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return json.load(response)


def code_for_cora(at):
    """Makes the realm, and a code with which Cora sets her password."""
    load = {
        "realm": "shop",
        "rulebook": (ROOT / "rulebooks/meta.toml").read_text(),
        "directory": (ROOT / "crates/server/tests/http/oauth/world.yaml").read_text(),
    }
    post(f"{at}/test-controls/realms", load)
    session = post(f"{at}/test-controls/sessions", {"realm": "shop", "holder": "person:olga"})
    return post(f"{at}/api/v1/sign-in-codes", {"person": "cora"}, session["token"])["code"]


def started(countersign, port, folder):
    serve = [str(countersign), "serve", "--test-controls", "--listen", f"127.0.0.1:{port}"]
    # A passkey is for a name: on this machine that is `localhost`, and never a number.
    serve += ["--public-url", f"http://localhost:{port}"]
    server = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder)
    for line in server.stdout:
        if "listening on" in line:
            return server
    raise SystemExit("the server did not start")


def device(browser, **other):
    """Plugs a device in that is unlocked as soon as it is asked."""
    browser.ask("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True, **other,
    }
    return browser.ask("WebAuthn.addVirtualAuthenticator", options=options)["authenticatorId"]


def sign_in_with_password(browser, own):
    browser.open(own, "Sign in")
    browser.fill(person="cora", password=PASSWORD)
    browser.click("Sign in")
    browser.shows("You are signed in")


def sign_out(browser, own):
    browser.open(own, "You are signed in")
    browser.click("Sign out")
    browser.shows("Sign in")


def walk(browser, at, code):
    own = f"{at}/oauth/shop/sign-in"
    browser.open(f"{at}/oauth/shop/password", "Set a password")
    browser.fill(person="cora", code=code, password=PASSWORD, again=PASSWORD)
    browser.click("Set it")
    browser.shows("Your password is set")
    key = device(browser)

    sign_in_with_password(browser, own)
    assert "with a second factor" not in browser.text()
    browser.open(f"{at}/oauth/shop/passkeys", "Your passkeys")
    browser.fill(name="Cora's laptop")
    browser.click("Make a passkey")
    browser.shows("Your passkey is made")
    # It is a second factor from now on, which this sign-in has not shown.
    browser.open(f"{at}/oauth/shop/passkeys", "Sign in once more")
    browser.click("Sign in again")
    browser.shows("Sign in")
    browser.picture("sign-in")

    browser.click("Sign in with a passkey")
    browser.shows("You are signed in")
    assert "As cora, with a second factor." in browser.text(), browser.text()
    browser.open(f"{at}/oauth/shop/passkeys", "Your passkeys")
    assert "Cora's laptop" in browser.text() and "last used on" in browser.text(), browser.text()
    browser.picture("passkeys")
    # The same device makes no second one: the browser is told which keys there are.
    browser.fill(name="Again")
    browser.click("Make a passkey")
    browser.until("document.querySelector('form .wrong')?.innerText.includes('has a passkey for you already')", "words")

    # A device that is not unlocked signs nobody in.
    sign_out(browser, own)
    browser.ask("WebAuthn.setUserVerified", authenticatorId=key, isUserVerified=False)
    browser.click("Sign in with a passkey")
    browser.until("document.querySelector('form .wrong:not([hidden])')?.innerText.includes('No passkey was shown')", "words")
    browser.ask("WebAuthn.setUserVerified", authenticatorId=key, isUserVerified=True)

    browser.click("Sign in with a passkey")
    browser.shows("You are signed in")
    browser.open(f"{at}/oauth/shop/passkeys", "Your passkeys")
    browser.click("Remove")
    browser.until("document.body.innerText.includes('You have none yet.')", "an empty list")
    sign_out(browser, own)
    browser.click("Sign in with a passkey")
    browser.until("document.body.innerText.includes('This passkey was not taken.')", "a refusal")
    browser.picture("refused")
    sign_in_with_password(browser, own)


def main():
    countersign = Path(sys.argv[1]).resolve()
    began = time.monotonic()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = started(countersign, port, folder)
        browser = None
        try:
            code = code_for_cora(f"http://127.0.0.1:{port}")
            browser = Browser(Path(folder) / "browser")
            walk(browser, f"http://localhost:{port}", code)
        finally:
            if browser:
                browser.stop()
            server.terminate()
            server.stdout.close()
            server.wait(timeout=PATIENCE)
    print("Chromium: a passkey was made, signed in with, and removed")
    print(f"passkeys in a browser: {time.monotonic() - began:.0f} s", file=sys.stderr)


main()
