"""The same flows with Authlib, a stock client of Python, against Countersign.

python client.py ISSUER SETTINGS
"""

import json
import sys
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

ISSUER, SETTINGS = sys.argv[1], json.load(open(sys.argv[2]))
CALLBACK = "https://client.example/cb"
SCOPE = "ads_read ads_management"
API = ISSUER.split("/oauth/")[0] + "/api/v1"


class Form(HTMLParser):
    """The first form of a page, filled in as a person would."""

    def __init__(self, answers):
        super().__init__()
        self.answers, self.action, self.fields, self.done = answers, None, [], False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value", "")
        if tag == "form" and self.action is None:
            self.action = attrs.get("action", "")
        elif self.done or self.action is None or not name:
            return
        elif tag == "button" and not any(known == name for known, _ in self.fields):
            self.fields.append((name, value))
        elif tag == "input" and attrs.get("type") == "checkbox":
            if value in self.answers.get(name, ()):
                self.fields.append((name, value))
        elif tag == "input" and attrs.get("type") == "hidden":
            self.fields.append((name, value))
        elif tag == "input":
            self.fields.append((name, self.answers.get(name, "")))

    def handle_endtag(self, tag):
        self.done = self.done or tag == "form"


def consent(url, scopes=("ads_read", "ads_management")):
    """Signs Cora in and consents; returns the address she is sent back to."""
    browser = requests.Session()
    answers = {
        "person": "cora",
        "password": SETTINGS["password"],
        "scope": scopes,
        "asset": ["act_1"],
    }
    response = browser.get(url, allow_redirects=False)
    for _ in range(10):
        location = response.headers.get("location", "")
        if location.startswith(CALLBACK):
            return location
        if location:
            response = browser.get(urljoin(response.url, location), allow_redirects=False)
            continue
        form = Form(answers)
        form.feed(response.text)
        action = urljoin(response.url, form.action)
        response = browser.post(action, data=form.fields, allow_redirects=False)
    raise AssertionError("it went round in circles")


def session(**more):
    return OAuth2Session(
        "reports",
        SETTINGS["secret"],
        scope=SCOPE,
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        **more,
    )


def tokens(client, metadata, **asked):
    verifier = generate_token(64)
    url, state = client.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier
    )
    back = consent(url, **asked)
    heard = parse_qs(urlsplit(back).query)
    assert heard["iss"] == [ISSUER] and heard["state"] == [state], heard
    client.fetch_token(
        metadata["token_endpoint"], authorization_response=back, code_verifier=verifier
    )
    return back, verifier


def refused(what):
    try:
        what()
    except OAuthError as error:
        return error.error
    raise AssertionError("it was not refused")


def main():
    parts = urlsplit(ISSUER)
    well_known = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{parts.path}"
    metadata = requests.get(well_known).json()
    assert metadata["issuer"] == ISSUER
    token_endpoint = metadata["token_endpoint"]

    def is_active(client, token):
        url = metadata["introspection_endpoint"]
        return client.introspect_token(url, token=token).json()["active"]

    # The whole flow, and the token opens the API.
    client = session()
    back, first_verifier = tokens(client, metadata)
    first = dict(client.token)
    assert first["scope"] == SCOPE and first["refresh_token"]
    assert client.get(f"{API}/whoami").json()["holder"] == "person:cora"

    # What Cora leaves out is not in it.
    other = session()
    tokens(other, metadata, scopes=("ads_read",))
    assert other.token["scope"] == "ads_read"

    # The request is handed in first, and the browser carries a reference only.
    pushing = session()
    verifier = generate_token(64)
    url, state = pushing.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier
    )
    pushed = requests.post(
        metadata["pushed_authorization_request_endpoint"],
        data=urlsplit(url).query,
        headers={"content-type": "application/x-www-form-urlencoded"},
        auth=("reports", SETTINGS["secret"]),
    )
    assert pushed.status_code == 201, pushed.text
    reference = {"client_id": "reports", "request_uri": pushed.json()["request_uri"]}
    handed = consent(f"{metadata['authorization_endpoint']}?{urlencode(reference)}")
    assert parse_qs(urlsplit(handed).query)["state"] == [state]
    pushing.fetch_token(token_endpoint, authorization_response=handed, code_verifier=verifier)
    assert pushing.token["scope"] == SCOPE

    # A code is good once.
    again = session()
    twice = lambda: again.fetch_token(
        token_endpoint, authorization_response=back, code_verifier=first_verifier
    )
    assert refused(twice) == "invalid_grant"
    assert not is_active(client, first["access_token"])

    # Renewal, and what a second use of a refresh token ends.
    tokens(client, metadata)
    before = dict(client.token)
    client.refresh_token(token_endpoint)
    after = dict(client.token)
    assert after["refresh_token"] != before["refresh_token"]
    assert is_active(client, after["access_token"])
    assert not is_active(client, before["access_token"])
    reuse = lambda: client.refresh_token(token_endpoint, refresh_token=before["refresh_token"])
    assert refused(reuse) == "invalid_grant"
    assert not is_active(client, after["access_token"])

    # The app for itself, and for a system user it is installed on.
    own = session()
    own.fetch_token(token_endpoint, grant_type="client_credentials", scope="")
    assert is_active(client, own.token["access_token"])
    own.fetch_token(
        token_endpoint, grant_type="client_credentials", system_user="su-shop", scope="ads_read"
    )
    assert own.token["scope"] == "ads_read"
    assert own.get(f"{API}/whoami").json()["holder"] == "system_user:su-shop"

    # Exchange narrows.
    tokens(client, metadata)
    wide = dict(client.token)
    exchange = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": wide["access_token"],
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "scope": "ads_read business_management",
        "expires_in": "600",
    }
    narrow = session()
    narrow.fetch_token(token_endpoint, **exchange)
    assert narrow.token["scope"] == "ads_read" and narrow.token["expires_in"] == 600

    # Revocation of the refresh token ends all of it.
    revoke = client.revoke_token(
        metadata["revocation_endpoint"], token=wide["refresh_token"]
    )
    assert revoke.status_code == 200
    for token in (wide["access_token"], narrow.token["access_token"]):
        assert not is_active(client, token)

    # A wrong secret.
    wrong = OAuth2Session("reports", "wrong")
    credentials = lambda: wrong.fetch_token(token_endpoint, grant_type="client_credentials")
    assert refused(credentials) == "invalid_client"
    print("Authlib: every flow came out as it should")


main()
