"""What flows with the SDK for Python are made of: the world they run in, and what a refusal looks like."""

import json
import urllib.error
import urllib.request

from facebook_business import FacebookAdsApi, FacebookSession
from facebook_business.exceptions import FacebookRequestError

FLOWS = []
EVERYTHING = [
    "ads_read", "ads_management", "business_management", "pages_show_list",
    "pages_read_engagement", "pages_manage_metadata", "catalog_management",
]


def flow(function):
    """A flow: what it asserts is what a developer would see."""
    FLOWS.append(function)
    return function


def late(function):
    """Such a flow turns the clock on, and so runs after all others."""
    function.late = True
    return function


class World:
    """The server, and tokens of whoever is needed."""

    def __init__(self, base, realm):
        self.base, self.realm, self.made = base, realm, 0
        self.sessions = {}

    def post(self, path, body, token=None):
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self.base + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request) as response:
                return json.loads(response.read() or "null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error.read().decode()}") from error

    def session(self, who):
        if who not in self.sessions:
            body = {"realm": self.realm, "holder": who}
            self.sessions[who] = self.post("/test-controls/sessions", body)["token"]
        return self.sessions[who]

    def do(self, who, **command):
        self.made += 1
        (name, fields), = command.items()
        body = {"id": f"c-{self.made}", "command": {name.replace("__", "."): fields}, "second_factor": True}
        return self.post("/api/v1/commands", body, self.session(who))

    def feed(self, figures):
        """Figures of the platform, as a service of the operators feeds them."""
        self.post("/api/v1/figures", figures, self.session("person:509"))

    def get(self, path, who):
        request = urllib.request.Request(self.base + path)
        request.add_header("authorization", f"Bearer {self.session(who)}")
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def token(self, holder, scopes=EVERYTHING, app="7001", kind=None, targets=None, by=None):
        by = by or ("person:501" if holder.startswith("system_user") else holder)
        kind = kind or ("system_user" if holder.startswith("system_user") else "user")
        give = {"holder": holder, "app": app, "scopes": list(scopes), "targets": targets or {}}
        grant = self.do(by, grant__give=give)["made"]
        return self.do(by, token__issue={"grant": grant, "kind": kind})["secret"]

    def api(self, holder, *more, **options):
        """The SDK for a new token of a holder."""
        return self.of(self.token(holder, *more, **options))

    def of(self, token, secret=None):
        return FacebookAdsApi(FacebookSession("7001", secret, token))

    def later(self, **time):
        seconds = time.get("days", 0) * 86400 + time.get("seconds", 0)
        self.post("/test-controls/clock", {"seconds": seconds})


def refused(call, status, code, subcode=None):
    """The call fails, and the SDK's own error says how."""
    try:
        answer = call()
    except FacebookRequestError as error:
        found = (error.http_status(), error.api_error_code(), error.api_error_subcode())
        assert found == (status, code, subcode), f"{found}: {error.api_error_message()}"
        assert error.body()["error"]["fbtrace_id"]
        return error
    raise AssertionError(f"not refused: {answer}")


def ids(edge):
    return [one["id"] for one in edge]
