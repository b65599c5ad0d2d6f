"""The login dialog, the code that comes of it, and longer-lived tokens."""

import base64
import hashlib
import html
import re
import urllib.error
import urllib.parse
import urllib.request

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.user import User

from harness import flow, late, refused

BACK = "https://reporter.example/back"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """A browser in which somebody is signed in. It follows nothing by itself."""

    def __init__(self, world, person):
        body = {"realm": world.realm, "person": person}
        self.base, self.cookie = world.base, world.post("/test-controls/sign-ins", body)["cookie"]
        self.opener = urllib.request.build_opener(NoRedirect)

    def send(self, path, form=None):
        """Returns status, address of a redirect, body."""
        request = urllib.request.Request(self.base + path, form and form.encode(), {"cookie": self.cookie})
        try:
            with self.opener.open(request) as response:
                return response.status, response.headers.get("location"), response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("location"), error.read().decode()

    def dialog(self, **fields):
        """Opens the dialog and returns the page on which the person is asked."""
        fields = {"client_id": "7001", "redirect_uri": BACK, "state": "s-1", **fields}
        status, to, body = self.send("/meta/v26.0/dialog/oauth?" + urllib.parse.urlencode(fields))
        assert status == 302, (status, body)
        status, to, body = self.send(to)
        assert status == 200, (status, to, body)
        return body

    def answer(self, page, allow=True, scopes=None, assets=()):
        """Answers the page; returns query and fragment of where the person is sent."""
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
        fields = [(name, html.unescape(value)) for name, value in hidden]
        offered = asked(page)
        fields += [("scope", one) for one in (offered if scopes is None else scopes)]
        fields += [("asset", one) for one in assets]
        fields.append(("answer", "allow" if allow else "deny"))
        status, to, body = self.send("/oauth/graph/consent", urllib.parse.urlencode(fields))
        assert status in (302, 303) and to.startswith(BACK), (status, to, body)
        read = lambda text: dict(urllib.parse.parse_qsl(text))
        parts = urllib.parse.urlsplit(to)
        return read(parts.query), read(parts.fragment)


def asked(page):
    return re.findall(r'name="scope" value="(\w+)"', page)


def exchange(world, value, **fields):
    fields = {"client_id": "7001", "redirect_uri": BACK, "code": value, **fields}
    return world.of(None).call("GET", ["oauth", "access_token"], fields).json()


@flow
def a_person_consents_in_the_dialog_and_the_code_becomes_a_token(world):
    secret = world.do("person:503", app__new_secret={"app": "7001"})["secret"]
    browser = Browser(world, "502")
    page = browser.dialog(scope="ads_read,pages_show_list,business_management", response_type="code,granted_scopes")
    query, _ = browser.answer(page, scopes=["ads_read", "pages_show_list"], assets=["act_11"])
    assert query["state"] == "s-1" and query["granted_scopes"] == "ads_read,pages_show_list", query
    assert query["denied_scopes"] == "business_management" and "iss" not in query
    code = query["code"]
    wrong = lambda status, number, subcode=None, **fields: refused(
        lambda: exchange(world, code, **{"client_secret": secret, **fields}), status, number, subcode)
    wrong(400, 1, client_secret="wrong")
    wrong(400, 101, client_id="7999")
    wrong(400, 1, client_id="7003")
    wrong(400, 100, 36008, redirect_uri="https://reporter.example/other")
    wrong(400, 100, 36009, code="nonsense")
    wrong(400, 100, client_secret=None)
    made = exchange(world, code, client_secret=secret)
    assert made["token_type"] == "bearer" and made["expires_in"] == 7200, made
    api = world.of(made["access_token"])
    assert AdAccount("act_11", api=api).api_get(fields=["name"])["name"] == "Spring"
    told = {one["permission"]: one["status"] for one in User("me", api=api).get_permissions()}
    assert told == {"ads_read": "granted", "pages_show_list": "granted", "business_management": "declined"}
    told = api.call("GET", ["debug_token"], {"input_token": made["access_token"]}).json()["data"]
    assert {"scope": "ads_read", "target_ids": ["act_11"]} in told["granular_scopes"], told
    # A code is good once: whoever shows it again ends what came of it.
    wrong(400, 100, 36009)
    refused(lambda: User("me", api=api).api_get(), 400, 190, 467)


@flow
def what_was_declined_is_asked_again_only_on_request(world):
    browser = Browser(world, "504")
    wish = {"scope": "ads_read,email"}
    query, _ = browser.answer(browser.dialog(**wish), scopes=["ads_read"])
    secret = world.do("person:503", app__new_secret={"app": "7001"})["secret"]
    exchange(world, query["code"], client_secret=secret)
    assert asked(browser.dialog(**wish)) == ["ads_read"]
    assert asked(browser.dialog(**wish, auth_type="rerequest")) == ["ads_read", "email"]
    query, _ = browser.answer(browser.dialog(**wish))
    token = exchange(world, query["code"], client_secret=secret)["access_token"]
    told = {one["permission"]: one["status"] for one in User("me", api=world.of(token)).get_permissions()}
    assert told == {"ads_read": "granted", "email": "declined"}


@flow
def what_the_app_may_not_ask_of_somebody_is_left_out(world):
    wish = {"scope": "ads_read,email", "response_type": "code,granted_scopes"}
    # `email` is at Standard Access: Sam has nothing to do with the app, Ben's business claimed it.
    assert asked(Browser(world, "502").dialog(**wish)) == ["ads_read", "email"]
    sam = Browser(world, "507")
    page = sam.dialog(**wish)
    assert asked(page) == ["ads_read"], asked(page)
    query, _ = sam.answer(page)
    assert (query["granted_scopes"], query["denied_scopes"]) == ("ads_read", "email"), query
    secret = world.do("person:503", app__new_secret={"app": "7001"})["secret"]
    token = exchange(world, query["code"], client_secret=secret)["access_token"]
    told = {one["permission"]: one["status"] for one in User("me", api=world.of(token)).get_permissions()}
    assert told == {"ads_read": "granted", "email": "declined"}, told
    fields = urllib.parse.urlencode({"client_id": "7001", "redirect_uri": BACK, "state": "s", "scope": "email"})
    _, to, _ = sam.send("/meta/dialog/oauth?" + fields)
    _, to, _ = sam.send(to)
    assert "error=invalid_scope" in to and "Invalid%20Scopes%3A%20email" in to and "state=s" in to, to


@late
@flow
def who_must_sign_in_anew_is_asked_to(world):
    browser = Browser(world, "502")
    assert asked(browser.dialog(scope="ads_read", auth_type="reauthenticate")) == ["ads_read"]
    world.later(seconds=11 * 60)
    world.sessions.clear()
    assert asked(browser.dialog(scope="ads_read")) == ["ads_read"]
    page = browser.dialog(scope="ads_read", auth_type="reauthenticate")
    assert asked(page) == [] and 'type="password"' in page, page
    again = Browser(world, "502")
    assert asked(again.dialog(scope="ads_read", auth_type="rerequest,reauthenticate")) == ["ads_read"]


@flow
def who_says_no_is_sent_back_with_the_platforms_words(world):
    browser = Browser(world, "502")
    query, fragment = browser.answer(browser.dialog(scope="ads_read"), allow=False)
    assert query == {"error": "access_denied", "error_code": "200", "error_reason": "user_denied",
                     "error_description": "Permissions error", "state": "s-1"} and not fragment
    for wrong, error in (({"scope": "ads_reed"}, "invalid_scope"),
                         ({"response_type": "id_token"}, "unsupported_response_type")):
        fields = urllib.parse.urlencode({"client_id": "7001", "redirect_uri": BACK, "state": "s", **wrong})
        _, to, _ = browser.send("/meta/dialog/oauth?" + fields)
        _, to, _ = browser.send(to)
        assert f"error={error}" in to and "state=s" in to, to


@flow
def a_token_can_come_in_the_fragment(world):
    browser = Browser(world, "502")
    page = browser.dialog(scope="ads_read", response_type="token")
    query, fragment = browser.answer(page, assets=["act_11"])
    assert not query and fragment["state"] == "s-1" and fragment["expires_in"] == "7200", fragment
    api = world.of(fragment["access_token"])
    assert AdAccount("act_11", api=api).api_get(fields=["name"])["name"] == "Spring"
    secret = world.do("person:503", app__new_secret={"app": "7001"})["secret"]
    params = {"grant_type": "fb_exchange_token", "client_id": "7001", "client_secret": secret,
              "fb_exchange_token": fragment["access_token"]}
    made = api.call("GET", ["oauth", "access_token"], params).json()
    assert 59 * 86400 < made["expires_in"] <= 60 * 86400, made
    assert AdAccount("act_11", api=world.of(made["access_token"])).api_get()["id"] == "act_11"


@flow
def nobody_is_sent_where_the_app_did_not_say(world):
    browser = Browser(world, "502")
    open_at = lambda **fields: browser.send("/meta/v26.0/dialog/oauth?" + urllib.parse.urlencode(fields))
    status, to, body = open_at(client_id="7999", redirect_uri=BACK)
    assert status == 400 and '"code":101' in body and to is None, body
    status, to, body = open_at(redirect_uri=BACK)
    assert status == 400 and '"code":101' in body, body
    _, to, _ = open_at(client_id="7001", redirect_uri="https://evil.example/")
    status, to, body = browser.send(to)
    assert status == 400 and to is None, (status, to)
    # The pages of OAuth ask every client for a challenge.
    _, to, _ = browser.send("/oauth/graph/authorize?" + urllib.parse.urlencode(
        {"client_id": "7001", "redirect_uri": BACK, "response_type": "code", "scope": "ads_read"}))
    assert "error=invalid_request" in to and "code_challenge" in to, to


@flow
def a_code_is_good_only_at_the_door_it_was_asked_at(world):
    secret = world.do("person:503", app__new_secret={"app": "7001"})["secret"]
    browser, verifier = Browser(world, "502"), "v" * 43
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    challenge = {"code_challenge": digest.decode().rstrip("="), "code_challenge_method": "S256"}
    wish = {"client_id": "7001", "redirect_uri": BACK, "response_type": "code", "scope": "ads_read", "state": "x"}
    client = {"client_id": "7001", "client_secret": secret, "redirect_uri": BACK}
    status, _, page = browser.send("/oauth/graph/authorize?" + urllib.parse.urlencode({**wish, **challenge}))
    assert status == 200, page
    query, _ = browser.answer(page, assets=["act_11"])
    refused(lambda: exchange(world, query["code"], client_secret=secret), 400, 100, 36009)
    redeem = lambda code: browser.send("/oauth/graph/token", urllib.parse.urlencode(
        {**client, "grant_type": "authorization_code", "code": code, "code_verifier": verifier}))
    other, _ = browser.answer(browser.dialog(scope="ads_read"), assets=["act_11"])
    status, _, body = redeem(other["code"])
    assert status == 400 and "invalid_grant" in body, body
    assert redeem(query["code"])[0] == 200
    assert exchange(world, other["code"], client_secret=secret)["expires_in"] == 7200
    status, _, body = browser.send("/oauth/graph/par", urllib.parse.urlencode({**wish, **client, "dialog": "1"}))
    assert status == 400 and "invalid_request" in body, body


@late
@flow
def a_code_is_over_after_a_minute_and_a_short_token_after_two_hours(world):
    secret = world.do("person:503", app__new_secret={"app": "7001"})["secret"]
    browser = Browser(world, "502")
    query, _ = browser.answer(browser.dialog(scope="ads_read"), assets=["act_11"])
    other, _ = browser.answer(browser.dialog(scope="ads_read"), assets=["act_11"])
    token = exchange(world, other["code"], client_secret=secret)["access_token"]
    world.later(seconds=61)
    refused(lambda: exchange(world, query["code"], client_secret=secret), 400, 100, 36007)
    assert User("me", api=world.of(token)).api_get()["id"] == "502"
    world.later(seconds=7200)
    refused(lambda: User("me", api=world.of(token)).api_get(), 400, 190, 463)
    params = {"grant_type": "fb_exchange_token", "client_id": "7001", "client_secret": secret,
              "fb_exchange_token": token}
    refused(lambda: world.of(None).call("GET", ["oauth", "access_token"], params), 400, 190, 463)
