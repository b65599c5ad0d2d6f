"""Proofs made with an app's secret, tokens of Pages, the dialog and what comes of it."""

import json

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.application import Application
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.user import User

from harness import flow, ids, refused


def new_secret(world, app="7001"):
    return world.do("person:503", app__new_secret={"app": app})["secret"]


def require_proof(world, required, app="7001"):
    world.do("person:503", app__update={"app": app, "change": {"proof_required": required}})


def me(world, token, secret=None):
    return User("me", api=world.of(token, secret)).api_get()["id"]


def error_of(error):
    return error.body()["error"]


# The proof.


@flow
def a_proof_that_is_sent_must_be_right(world):
    secret, token = new_secret(world), world.token("person:502")
    assert me(world, token, secret) == me(world, token) == "502"
    error = refused(lambda: me(world, token, "wrong"), 400, 100)
    assert error.api_error_type() == "GraphMethodException", error.body()
    assert error.api_error_message().startswith("Invalid appsecret_proof")
    newer = new_secret(world)
    refused(lambda: me(world, token, secret), 400, 100)
    assert me(world, token, newer) == "502"


@flow
def an_app_can_require_the_proof_of_every_call(world):
    secret = new_secret(world)
    token, other = world.token("person:502"), world.token("person:501")
    require_proof(world, True)
    try:
        error = refused(lambda: me(world, token), 400, 100)
        assert error.api_error_type() == "GraphMethodException"
        assert error.api_error_message() == "API calls from the server require an appsecret_proof argument"
        assert me(world, token, secret) == "502"
        account = AdAccount("act_12", api=world.of(other, secret))
        account.create_assigned_user(params={"user": "1001_502", "tasks": ["ANALYZE"]})
        account.delete_assigned_users(params={"user": "1001_502"})
        refused(lambda: account.create_assigned_user(
            params={"user": "1001_502", "tasks": ["ANALYZE"], "access_token": token}), 400, 100)
        # A batch proves its own token; another token in it needs a proof of its own.
        batch = [{"method": "GET", "relative_url": one} for one in
                 ("me", f"me?access_token={token}", f"me?access_token={other}")]
        told = world.of(token, secret).call("POST", [""], {"batch": json.dumps(batch)}).json()
        assert [one["code"] for one in told] == [200, 200, 400], told
        # Whoever shows the secret itself has proved enough.
        params = {"grant_type": "fb_exchange_token", "client_id": "7001", "client_secret": secret,
                  "fb_exchange_token": token}
        made = world.of(token).call("GET", ["oauth", "access_token"], params).json()["access_token"]
        assert me(world, made, secret) == "502"
    finally:
        require_proof(world, False)
    assert me(world, token) == "502"


@flow
def a_proof_for_an_app_without_a_kept_secret_says_what_to_do(world):
    token = world.token("person:503", ["ads_read"], app="7003")
    error = refused(lambda: me(world, token, "anything"), 400, 100)
    assert "app.new_secret" in error_of(error)["error_user_msg"], error.body()
    assert me(world, token) == "503"


@flow
def a_token_is_generated_with_the_proof_of_the_caller(world):
    secret, ada = new_secret(world), world.token("person:501")
    params = {"business_app": "7001", "scope": ["ads_read"], "set_token_expires_in_60_days": True}
    make = lambda secret: User("6001", api=world.of(ada, secret)).create_access_token(params=params)
    refused(lambda: make("wrong"), 400, 100)
    robot = make(secret)["access_token"]
    assert AdAccount("act_11", api=world.of(robot, secret)).api_get()["id"] == "act_11"
    refused(lambda: AdAccount("act_11", api=world.of(robot, "wrong")).api_get(), 400, 100)


@flow
def a_new_secret_ends_the_tokens_of_the_app_itself(world):
    secret, token = new_secret(world), world.token("person:502")
    params = {"grant_type": "client_credentials", "client_id": "7001", "client_secret": secret}
    own = world.of(None).call("GET", ["oauth", "access_token"], params).json()["access_token"]
    app = Application("7001", api=world.of(own, secret))
    assert [one["user"] for one in app.get_roles()] == ["503"]
    new_secret(world)
    refused(Application("7001", api=world.of(own)).get_roles, 400, 190, 467)
    assert me(world, token) == "502"


# Tokens of Pages.


def page_token(world, token, page="2101"):
    told = User("me", api=world.of(token)).get_accounts()
    return {one["id"]: one.get("access_token") for one in told}[page]


@flow
def pages_come_with_tokens_of_their_own(world):
    ben = world.token("person:502")
    token = page_token(world, ben)
    assert token and token != ben
    assert page_token(world, ben) == token
    assert Page("2101", api=world.of(ben)).api_get(fields=["access_token"])["access_token"] == token
    page = Page("me", api=world.of(token)).api_get(fields=["id", "name", "access_token"])
    assert (page["id"], page["name"], page["access_token"]) == ("2101", "Nova", token)
    told = world.of(ben).call("GET", ["debug_token"], {"input_token": token}).json()["data"]
    assert (told["type"], told["profile_id"], told["user_id"]) == ("PAGE", "2101", "502"), told
    assert "ads_read" not in told["scopes"] and "pages_show_list" in told["scopes"]
    refused(lambda: AdAccount("act_11", api=world.of(token)).api_get(), 403, 200)
    nested = User("me", api=world.of(ben)).api_get(fields=["accounts{access_token}"])
    assert [one["access_token"] for one in nested["accounts"]["data"]] == [token]
    other = world.api("person:502", ["ads_read"])
    refused(lambda: Page("2101", api=other).api_get(fields=["access_token"]), 403, 200)
    refused(lambda: Page("2101", api=world.api("person:505")).api_get(fields=["access_token"]), 400, 100, 33)


@flow
def what_takes_a_page_token_takes_no_other(world):
    ada = world.token("person:501")
    error = refused(lambda: Page("2101", api=world.of(ada)).get_roles(), 403, 210)
    assert "page access token is required" in error.api_error_message()
    token = Page("2101", api=world.of(ada)).api_get(fields=["access_token"])["access_token"]
    told = Page("2101", api=world.of(token)).get_roles()
    assert [(one["id"], one["tasks"]) for one in told] == [("502", ["ANALYZE"])]
    bens = page_token(world, world.token("person:502"))
    refused(lambda: Page("2101", api=world.of(bens)).get_roles(), 403, 200)


@flow
def a_page_token_ends_with_the_last_role_and_with_its_app(world):
    ada, ben = world.token("person:501"), world.token("person:502")
    token = page_token(world, ben)
    page = Page("2101", api=world.of(ada))
    page.delete_assigned_users(params={"user": "1001_502"})
    refused(lambda: Page("me", api=world.of(token)).api_get(), 400, 190, 492)
    assert ids(User("me", api=world.of(ben)).get_accounts()) == []
    page.create_assigned_user(params={"user": "1001_502", "tasks": ["ANALYZE"]})
    again = page_token(world, ben)
    assert again != token and Page("me", api=world.of(again)).api_get()["id"] == "2101"
    User("me", api=world.of(ben)).delete_permissions()
    refused(lambda: Page("me", api=world.of(again)).api_get(), 400, 190, 458)
