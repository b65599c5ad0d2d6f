"""Apps: which businesses they serve, their test users, and the app's id and secret as its token."""

import json

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.application import Application
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.user import User

from harness import flow, ids, refused


@flow
def an_app_is_claimed_by_who_administers_both(world):
    ada = world.api("person:501")
    business = Business("1001", api=ada)
    assert business.create_owned_app(params={"app_id": "7030"})["access_status"] == "CONFIRMED"
    assert "7030" in ids(business.get_owned_apps(fields=["id"]))
    refused(lambda: business.create_owned_app(params={"app_id": "7030"}), 400, 3944)
    hidden = [refused(lambda one=one: business.create_owned_app(params={"app_id": one}), 400, 100, 33)
              for one in ("7020", "7999")]
    assert len({json.dumps({**one.body()["error"], "fbtrace_id": ""}) for one in hidden}) == 1
    sam = Business("4001", api=world.api("person:507"))
    refused(lambda: sam.create_client_app(params={"app_id": "7003"}), 400, 100, 33)
    world.do("person:503", app_role__give={"app": "7003", "person": "507", "role": "admin"})
    assert sam.create_client_app(params={"app_id": "7003"})["access_status"] == "CONFIRMED"
    assert ids(sam.get_client_apps()) == ["7003"]
    # Another business owns it: it can be claimed, and not taken.
    refused(lambda: sam.create_owned_app(params={"app_id": "7003"}), 400, 3944)
    narrow = Business("4001", api=world.api("person:507", ["ads_read"]))
    refused(lambda: narrow.create_client_app(params={"app_id": "7003"}), 403, 200)
    refused(lambda: sam.create_client_app(params={}), 400, 100)
    assert ids(Application("7003", api=world.api("person:503", app="7003")).get_agencies()) == ["4001"]
    world.do("person:507", app__unclaim={"app": "7003", "business": "4001"})
    world.do("person:503", app_role__revoke={"app": "7003", "person": "507"})


@flow
def an_app_tells_its_builders_whom_it_serves(world):
    cleo = Application("7001", api=world.api("person:503"))
    assert ids(cleo.get_agencies(fields=["id"])) == ["1001", "1500", "3001"]
    assert ids(cleo.get_connected_client_businesses()) == ["1001"]
    own = lambda app, business: ids(app.get_authorized_ad_accounts(params={"business": business}))
    assert own(cleo, "2001") == ["act_11"]
    refused(lambda: own(cleo, "4001"), 400, 100, 33)
    refused(lambda: cleo.get_authorized_ad_accounts(), 400, 100)
    refused(lambda: Application("7001", api=world.api("person:502")).get_agencies(), 403, 200)
    refused(lambda: Application("7010", api=world.api("person:503")).get_agencies(), 400, 100, 33)


@flow
def test_users_work_with_their_app_in_development(world):
    app = Application("7002", api=world.api("person:503", app="7002"))
    made = app.create_account(params={"name": "Testa", "permissions": ["ads_read"], "installed": True})
    assert made["access_token"] and "login_url" not in made, made
    told = {one["id"]: one["access_token"] for one in app.get_accounts(params={"type": "test-users"})}
    assert told == {made["id"]: made["access_token"]}
    testa = world.of(made["access_token"])
    assert User("me", api=testa).api_get(fields=["name"])["name"] == "Testa"
    assert [one["permission"] for one in User("me", api=testa).get_permissions()] == ["ads_read"]
    refused(lambda: AdAccount("act_11", api=testa).api_get(), 400, 100, 33)
    plain = app.create_account(params={"installed": False})
    assert "access_token" not in plain
    older = app.get_api_assured().call("GET", ["7002", "accounts", "test-users"]).json()["data"]
    assert sorted(one["id"] for one in older) == sorted([made["id"], plain["id"]])
    assert ids(Application("7002", api=world.api("person:503", app="7002")).get_accounts(
        params={"limit": 1})) == sorted([made["id"], plain["id"]])
    refused(lambda: app.create_account(params={"permissions": ["ads_reed"]}), 400, 100)
    refused(lambda: app.create_account(params={"type": "bots"}), 400, 100)
    refused(lambda: app.create_account(params={"uid": made["id"]}), 400, 100)
    others = [app.create_account(params={})["id"] for _ in range(8)]
    refused(lambda: app.create_account(params={}), 400, 2900)
    refused(lambda: app.delete_accounts(params={"uid": "503"}), 400, 100, 33)
    for one in [plain["id"], *others, made["id"]]:
        app.delete_accounts(params={"uid": one})
    assert ids(app.get_accounts()) == []
    refused(lambda: User("me", api=testa).api_get(), 400, 190, 492)


@flow
def test_users_are_made_by_those_who_build_the_app(world):
    secret = world.do("person:503", app__new_secret={"app": "7002"})["secret"]
    own = Application("7002", api=world.of(f"7002|{secret}"))
    made = own.create_account(params={})
    assert ids(own.get_accounts()) == [made["id"]]
    own.delete_accounts(params={"uid": made["id"]})
    ada = Application("7002", api=world.api("person:501"))
    refused(lambda: ada.create_account(params={}), 400, 100, 33)
    refused(ada.get_accounts, 400, 100, 33)
    live = Application("7001", api=world.api("person:503"))
    refused(lambda: live.create_account(params={}), 400, 100)
    ben = Application("7001", api=world.api("person:502"))
    refused(lambda: ben.create_account(params={}), 403, 200)
    refused(ben.get_accounts, 403, 200)


@flow
def an_apps_id_and_secret_are_its_token(world):
    secret = world.do("person:503", app__new_secret={"app": "7001"})["secret"]
    pair = f"7001|{secret}"
    app = Application("7001", api=world.of(pair))
    assert [one["user"] for one in app.get_roles()] == ["503"]
    token = world.token("person:502", ["ads_read"])
    told = world.of(pair).call("GET", ["debug_token"], {"input_token": token}).json()["data"]
    assert told["is_valid"] and told["user_id"] == "502", told
    told = world.of(pair).call("GET", ["debug_token"], {"input_token": pair}).json()["data"]
    assert told["is_valid"] and told["type"] == "APP" and told["app_id"] == "7001", told
    # Each time the same token: the log has one entry for it, not one a call.
    entries = lambda: world.get("/api/v1/ledger/head", "person:509")
    before = entries()
    app.get_roles()
    assert entries() == before
    # The proof is of what stands in the call.
    proved = world.of(pair, secret)
    assert [one["user"] for one in Application("7001", api=proved).get_roles()] == ["503"]
    wrong = [refused(lambda one=one: Application("7001", api=world.of(one)).get_roles(), 401, 190)
             for one in ("7001|wrong", "7999|wrong", "7001|", "|", f"7003|{secret}", f"7001|{secret}|")]
    assert len({one.api_error_message() for one in wrong}) == 1
    refused(lambda: AdAccount("act_11", api=world.of(pair)).api_get(), 400, 100, 33)
    world.do("person:503", app__new_secret={"app": "7001"})
    refused(app.get_roles, 401, 190)


@flow
def calls_of_a_batch_have_marks_of_their_own(world):
    api = world.api("person:502")
    told = {}

    def run(**headers):
        batch = api.new_batch()
        for path in (("act_11",), ("me",)):
            note = lambda answer, path=path: told.__setitem__(path[0], answer)
            batch.add("GET", path, {"fields": "id,name"}, headers=headers, success=note, failure=note)
        batch.execute()
        return [told[one].status() for one in ("act_11", "me")]

    assert run() == [200, 200]
    mark = next(one["value"] for one in told["act_11"].headers() if one["name"] == "ETag")
    assert run(**{"If-None-Match": mark}) == [304, 200]
    assert told["act_11"].is_success() and not told["act_11"].body()
    assert json.loads(told["me"].body())["id"] == "502"
    post = [{"method": "POST", "relative_url": "act_11", "body": "name=x", "headers": [f"If-None-Match: {mark}"]}]
    assert [one["code"] for one in api.call("POST", [""], {"batch": json.dumps(post)}).json()] == [403]


@flow
def crashes_of_the_sdk_are_taken_from_anybody(world):
    crash = {"bizsdk_crash_report": "{}"}
    assert world.of(None).call("POST", ["7001", "instruments"], crash).json() == {"success": True}
    refused(lambda: world.of(None).call("GET", ["7001", "instruments"]), 400, 104)
