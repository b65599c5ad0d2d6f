"""Flows of management: businesses, people, partners, assets, tokens, and the wire itself.

Each flow is a function; what it asserts is what a developer would see.
"""

import contextlib
import io
import json
import re
from pathlib import Path

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.application import Application
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.businessassetgroup import BusinessAssetGroup
from facebook_business.adobjects.businessuser import BusinessUser
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.systemuser import SystemUser
from facebook_business.adobjects.user import User

from facebook_business import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError

from harness import flow, ids, late, refused


# Who am I, and what may I do?


@flow
def me_is_who_holds_the_token(world):
    api = world.api("person:501")
    assert User("me", api=api).api_get(fields=["id", "name"])["name"].startswith("Ada")
    api = world.api("system_user:6001")
    assert SystemUser("me", api=api).api_get(fields=["id", "name", "role"])["role"] == "EMPLOYEE"


@flow
def permissions_are_listed_and_one_can_be_taken_back(world):
    api = world.api("person:501", ["ads_read", "business_management"])
    told = {one["permission"]: one["status"] for one in User("me", api=api).get_permissions()}
    assert told == {"ads_read": "granted", "business_management": "granted"}
    assert ids(User("me", api=api).get_businesses(fields=["id"])) == ["1001"]
    User("me", api=api).delete_permissions(params={"permission": "business_management"})
    told = {one["permission"]: one["status"] for one in User("me", api=api).get_permissions()}
    assert told["business_management"] == "declined"
    refused(lambda: Business("1001", api=api).get_business_users(), 403, 200)


@flow
def an_app_that_is_removed_has_no_token_left(world):
    api = world.api("person:501")
    User("me", api=api).delete_permissions()
    refused(lambda: User("me", api=api).api_get(), 400, 190, 458)


@flow
def debug_token_tells_of_tokens_of_the_same_app(world):
    token = world.token("person:502", ["ads_read"], targets={"ads_read": ["act_11"]})
    api = world.api("person:503")
    told = api.call("GET", ["debug_token"], {"input_token": token}).json()["data"]
    assert told["is_valid"] and told["type"] == "USER" and told["user_id"] == "502", told
    assert told["granular_scopes"] == [{"scope": "ads_read", "target_ids": ["act_11"]}]
    assert told["expires_at"] - told["issued_at"] == 60 * 86400
    nonsense = api.call("GET", ["debug_token"], {"input_token": "x"}).json()["data"]
    other = world.token("person:503", ["ads_read"], app="7003")
    foreign = api.call("GET", ["debug_token"], {"input_token": other}).json()["data"]
    assert foreign == nonsense and not nonsense["is_valid"]


# Tokens that are none, or over.


@flow
def no_token_an_unknown_one_and_a_dead_one(world):
    error = refused(lambda: User("me", api=world.of(None)).api_get(), 400, 2500)
    assert "active access token" in error.api_error_message()
    refused(lambda: Business("1001", api=world.of(None)).api_get(), 400, 104)
    refused(lambda: User("me", api=world.of("nonsense")).api_get(), 401, 190)
    token = world.token("person:502")
    world.do("person:502", token__revoke_all={"holder": "person:502"})
    refused(lambda: User("me", api=world.of(token)).api_get(), 400, 190, 467)


@flow
def a_changed_password_ends_tokens(world):
    token = world.token("person:502")
    world.do("person:502", person__password_changed={"person": "502"})
    refused(lambda: User("me", api=world.of(token)).api_get(), 400, 190, 460)


@flow
def a_role_is_not_enough_without_the_scope(world):
    api = world.api("person:501", ["ads_read"])
    business = Business("1001", api=api)
    error = refused(business.get_business_users, 403, 200)
    assert "business_management" in error.api_error_message()
    assert ids(business.get_owned_ad_accounts(fields=["id"])) == ["act_11", "act_12"]


@flow
def a_scope_is_not_enough_without_the_role(world):
    api = world.api("person:502")
    account = AdAccount("act_11", api=api)
    assert account.api_get(fields=["name"])["name"] == "Spring"
    user = {"user": "1001_502", "tasks": ["ANALYZE"]}
    refused(lambda: account.create_assigned_user(params=user), 403, 200)
    refused(lambda: AdAccount("act_12", api=api).api_get(), 400, 100, 33)


@flow
def unknown_and_forbidden_sound_alike(world):
    api = world.api("person:502")
    for there, absent in [("act_41", "act_99"), ("4001", "4999"), ("4001_507", "4001_599"), ("507", "599")]:
        mine = []
        for one in (there, absent):
            node = Business(one, api=api)
            said = []
            for call in (node.api_get, lambda one=one: api.call("DELETE", [one]),
                         node.get_business_users, node.get_agencies,
                         lambda node=node: node.create_system_user(params={"name": "x"})):
                try:
                    call()
                    said.append("done")
                except FacebookRequestError as error:
                    body = {**error.body()["error"], "fbtrace_id": "", "http": error.http_status()}
                    said.append(json.dumps(body).replace(one, "ID"))
            mine.append(said)
        assert mine[0] == mine[1], (mine[0], mine[1])


# Access levels and modes.


@flow
def standard_access_reaches_people_of_the_app_only(world):
    stranger = world.api("person:501", ["ads_read"], app="7003")
    refused(lambda: AdAccount("act_11", api=stranger).api_get(), 403, 200)
    own = world.api("person:503", ["ads_read"], app="7003")
    assert AdAccount("act_11", api=world.api("person:501", ["ads_read"])).api_get()["id"] == "act_11"
    assert User("me", api=own).api_get()["id"] == "503"


@flow
def an_app_in_development_reaches_no_strangers(world):
    api = world.api("person:501", ["ads_read"], app="7002")
    refused(lambda: AdAccount("act_11", api=api).api_get(), 403, 200)


@flow
def a_downgrade_cuts_strangers_off_at_once(world):
    sam = world.api("person:507", ["ads_read"])
    account = AdAccount("act_41", api=sam)
    assert account.api_get(fields=["name"])["name"] == "Not yours"
    level = {"app": "7001", "permission": "ads_read", "level": "standard"}
    world.do("person:503", app_permission__set_level=level)
    refused(account.api_get, 403, 200)
    assert AdAccount("act_11", api=world.api("person:501", ["ads_read"])).api_get()["id"] == "act_11"
    world.do("person:503", app_permission__set_level={**level, "level": "advanced"})


# Businesses and their people.


@flow
def a_business_is_read_with_what_hangs_on_it(world):
    api = world.api("person:501")
    fields = ["id", "name", "verification_status", "two_factor_type", "timezone_id",
              "owned_ad_accounts.limit(1){id,name,owner_business{id,name}}"]
    told = Business("1001", api=api).api_get(fields=fields)
    assert told["verification_status"] == "verified" and told["two_factor_type"] == "none"
    nested = told["owned_ad_accounts"]
    assert [one["name"] for one in nested["data"]] == ["Spring"], nested
    assert nested["data"][0]["owner_business"] == {"id": "1001", "name": "Nova Shop"}
    assert nested["paging"]["next"].startswith(world.base + "/meta/v26.0/1001/owned_ad_accounts?")
    refused(lambda: Business("1001", api=api).api_get(fields=["nonsense"]), 400, 100)
    refused(lambda: Business("1001", api=api).api_get(fields=["a{"]), 400, 2500)


@flow
def settings_are_changed_by_admins_only(world):
    ada, ben = world.api("person:501"), world.api("person:502")
    Business("1001", api=ada).api_update(params={"name": "Nova Shop"})
    refused(lambda: Business("1001", api=ben).api_update(params={"name": "Ben's"}), 403, 10)
    params = {"two_factor_type": "sometimes"}
    refused(lambda: Business("1001", api=ada).api_update(params=params), 400, 100)


@flow
def people_are_invited_listed_changed_and_removed(world):
    business = Business("1001", api=world.api("person:501"))
    people = business.get_business_users(fields=["id", "name", "role"])
    assert {one["id"]: one["role"] for one in people} == {"1001_501": "ADMIN", "1001_502": "EMPLOYEE"}
    request = business.create_business_user(params={"email": "new@shop.example", "role": "EMPLOYEE"})
    waiting = list(business.get_pending_users(fields=["id", "email", "role", "status"]))
    assert [(one["email"], one["status"]) for one in waiting] == [("new@shop.example", "PENDING")]
    assert ids(waiting) == [request["id"]]
    FacebookAdsApi.call(business.get_api_assured(), "DELETE", [request["id"]])
    assert ids(business.get_pending_users()) == []
    refused(lambda: business.create_business_user(params={"role": "EMPLOYEE"}), 400, 100)
    params = {"email": "x@shop.example", "role": "KING"}
    refused(lambda: business.create_business_user(params=params), 400, 100)


@flow
def the_last_admin_stays(world):
    ada = BusinessUser("1001_501", api=world.api("person:501"))
    error = refused(ada.api_delete, 400, 3914)
    assert "last admin" in error.api_error_message()
    refused(lambda: ada.api_update(params={"role": "EMPLOYEE"}), 400, 3914)


@flow
def a_business_is_created_by_its_admin(world):
    api = world.api("person:505")
    made = User("me", api=api).create_business(params={"name": "Eve's", "vertical": "RETAIL"})
    assert ids(User("me", api=api).get_businesses(fields=["id"])) == [made["id"]]
    assert Business(made["id"], api=api).api_get(fields=["name"])["name"] == "Eve's"


# Assets: who is assigned, to whom they are shared.


@flow
def tasks_are_assigned_replaced_and_taken_away(world):
    ada, ben = world.api("person:501"), world.api("person:502")
    account = AdAccount("act_12", api=ada)
    users = lambda: {one["id"]: one["tasks"] for one in
                     account.get_assigned_users(params={"business": "1001"}, fields=["id", "tasks"])}
    account.create_assigned_user(params={"user": "1001_502", "tasks": ["ANALYZE"]})
    assert users() == {"1001_502": ["ANALYZE", "AA_ANALYZE"]}
    assert AdAccount("act_12", api=ben).api_get(fields=["name"])["name"] == "Autumn"
    account.create_assigned_user(params={"user": "1001_502", "tasks": ["ADVERTISE", "ANALYZE"]})
    assert "ADVERTISE" in users()["1001_502"]
    account.delete_assigned_users(params={"user": "1001_502"})
    assert users() == {}
    refused(lambda: AdAccount("act_12", api=ben).api_get(), 400, 100, 33)


@flow
def combinations_that_are_no_role_are_refused(world):
    account = AdAccount("act_12", api=world.api("person:501"))
    for tasks in (["MANAGE"], ["ADVERTISE"], ["MANAGE", "ANALYZE"]):
        params = {"user": "1001_502", "tasks": tasks}
        refused(lambda: account.create_assigned_user(params=params), 400, 100, 1752129)
    params = {"user": "1001_502", "tasks": ["READ"]}
    error = refused(lambda: account.create_assigned_user(params=params), 400, 100)
    assert "must be one of {MANAGE, ADVERTISE, ANALYZE" in error.api_error_message()
    refused(lambda: account.create_assigned_user(params={"user": "1001_502"}), 400, 100)
    refused(lambda: account.get_assigned_users(), 400, 100)


@flow
def a_partner_never_hands_on_more_than_it_was_given(world):
    cleo, dan = world.api("person:503"), world.api("person:504")
    account = AdAccount("act_11", api=cleo)
    whole = {"user": "2001_504", "tasks": ["MANAGE", "ADVERTISE", "ANALYZE"]}
    refused(lambda: account.create_assigned_user(params=whole), 403, 200)
    some = {"user": "2001_504", "tasks": ["ADVERTISE", "ANALYZE"]}
    account.create_assigned_user(params=some)
    tasks = AdAccount("act_11", api=dan).api_get(fields=["user_tasks"])["user_tasks"]
    assert "MANAGE" not in tasks and "ADVERTISE" in tasks
    refused(lambda: account.create_agency(params={"business": "4001", "permitted_tasks": ["ANALYZE"]}), 403, 200)


@flow
def a_share_is_offered_accepted_lowered_and_revoked(world):
    ada, cleo = world.api("person:501"), world.api("person:503")
    owner, agency = Business("1001", api=ada), Business("2001", api=cleo)
    account = AdAccount("act_12", api=ada)
    account.create_agency(params={"business": "2001", "permitted_tasks": ["ADVERTISE", "ANALYZE"]})
    clients = {one["id"]: one["permitted_tasks"] for one in
               agency.get_client_ad_accounts(fields=["id", "permitted_tasks"])}
    assert "ADVERTISE" in clients["act_12"], clients
    agencies = account.get_agencies(fields=["id", "permitted_tasks", "access_status"])
    assert [(one["id"], one["access_status"]) for one in agencies] == [("2001", "CONFIRMED")]
    assert ids(owner.get_agencies()) == ["2001"] and ids(agency.get_clients()) == ["1001"]
    AdAccount("act_12", api=cleo).create_assigned_user(
        params={"user": "2001_504", "tasks": ["ADVERTISE", "ANALYZE"]})
    dan = AdAccount("act_12", api=world.api("person:504"))
    assert dan.api_get(fields=["name"])["name"] == "Autumn"
    account.create_agency(params={"business": "2001", "permitted_tasks": ["ANALYZE"]})
    account.delete_agencies(params={"business": "2001"})
    refused(lambda: dan.api_get(fields=["name"]), 400, 100, 33)
    assert ids(account.get_agencies()) == []


@flow
def assigned_lists_show_assignments_only(world):
    ben, ada = world.api("person:502"), world.api("person:501")
    assert ids(BusinessUser("1001_502", api=ada).get_assigned_ad_accounts(fields=["id"])) == ["act_11"]
    assert ids(User("me", api=ben).get_ad_accounts(fields=["id"])) == ["act_11"]
    assert ids(User("me", api=ada).get_ad_accounts(fields=["id"])) == []
    pages = User("me", api=ben).get_accounts(fields=["id", "name", "tasks"])
    assert [(one["id"], one["tasks"]) for one in pages] == [("2101", ["ANALYZE"])]
    assert Page("2101", api=ben).api_get(fields=["name"])["name"] == "Nova"


@flow
def assets_are_made_by_admins(world):
    business = Business("1001", api=world.api("person:501"))
    pixel = business.create_ads_pixel(params={"name": "Second pixel"})
    assert pixel["id"] in ids(business.get_owned_pixels(fields=["id"]))
    params = {"name": "Winter", "currency": "USD", "timezone_id": 1,
              "end_advertiser": "NONE", "media_agency": "NONE", "partner": "NONE"}
    made = business.create_ad_account(params=params)
    assert made["id"].startswith("act_")
    assert made["id"] in ids(business.get_owned_ad_accounts(fields=["id"]))
    del params["currency"]
    refused(lambda: business.create_ad_account(params=params), 400, 100)


@flow
def groups_hold_assets(world):
    api = world.api("person:501")
    groups = Business("1001", api=api).get_business_asset_groups(fields=["id", "name"])
    assert [(one["id"], one["name"]) for one in groups] == [("8001", "Summer")]
    group = BusinessAssetGroup("8001", api=api)
    assert ids(group.get_contained_ad_accounts()) == ["act_12"]
    group.create_contained_page(params={"asset_id": "2101"})
    assert ids(group.get_contained_pages()) == ["2101"]
    group.delete_contained_pages(params={"asset_id": "2101"})
    assert ids(group.get_contained_pages()) == []


# Two tiers.


@flow
def a_parent_creates_lists_and_deletes_children(world):
    network = Business("3001", api=world.api("person:506"))
    made = network.create_owned_business(params={"name": "Second Store", "vertical": "RETAIL"})
    assert made["name"] == "Second Store"
    assert sorted(ids(network.get_owned_businesses(fields=["id"]))) == sorted(["3002", made["id"]])
    network.delete_owned_businesses(params={"client_id": made["id"]})
    assert ids(network.get_owned_businesses(fields=["id"])) == ["3002"]


# System users.


@flow
def system_users_are_made_within_the_limit(world):
    business = Business("1001", api=world.api("person:501"))
    known = {one["id"]: one["role"] for one in business.get_system_users(fields=["id", "name", "role"])}
    assert known == {"6001": "EMPLOYEE", "6002": "ADMIN"}
    made = business.create_system_user(params={"name": "Second", "role": "EMPLOYEE"})
    assert made["id"] in ids(business.get_system_users(fields=["id"]))
    refused(lambda: business.create_system_user(params={"name": "Third", "role": "ADMIN"}), 400, 3965)
    refused(lambda: business.create_system_user(params={"role": "EMPLOYEE"}), 400, 100)


@flow
def a_system_user_token_from_its_making_to_its_end(world):
    ada = world.api("person:501")
    params = {"business_app": "7001", "scope": ["ads_read", "ads_management"],
              "set_token_expires_in_60_days": True}
    made = User("6001", api=ada).create_access_token(params=params)
    robot = world.of(made["access_token"])
    assert ids(SystemUser("me", api=robot).get_assigned_ad_accounts(fields=["id"])) == ["act_11"]
    assert AdAccount("act_11", api=robot).api_get(fields=["name"])["name"] == "Spring"
    refused(lambda: AdAccount("act_12", api=robot).api_get(), 400, 100, 33)
    wrong = {**params, "scope": "ads_reed"}
    refused(lambda: User("6001", api=ada).create_access_token(params=wrong), 400, 3962)
    ada.call("DELETE", ["6001", "access_tokens"])
    refused(lambda: AdAccount("act_11", api=robot).api_get(), 400, 190, 467)


# The wire.


@flow
def three_hundred_items_come_page_by_page(world):
    network = Business("3001", api=world.api("person:506"))
    cursor = network.get_owned_ad_accounts(fields=["id"], params={"limit": 37})
    accounts = ids(cursor)
    assert len(accounts) == len(set(accounts)) == 300, len(accounts)
    assert cursor.total() == 300
    refused(lambda: network.get_owned_ad_accounts(params={"limit": "many"}), 400, 100)
    refused(lambda: network.get_owned_ad_accounts(params={"after": "?"}), 400, 100)


@flow
def several_nodes_in_one_read(world):
    api = world.api("person:501")
    told = api.call("GET", [""], {"ids": "act_11,1001", "fields": "name"}).json()
    assert {one: value["name"] for one, value in told.items()} == {"act_11": "Spring", "1001": "Nova Shop"}
    refused(lambda: api.call("GET", [""], {"ids": "act_11,act_41"}), 400, 100, 33)


@flow
def a_batch_answers_each_by_itself(world):
    api = world.api("person:501")
    batch = api.new_batch()
    came = []
    keep = lambda response: came.append((response.status(), response.json()))
    AdAccount("act_11", api=api).api_get(fields=["name"], batch=batch, success=keep, failure=keep)
    AdAccount("act_41", api=api).api_get(fields=["name"], batch=batch, success=keep, failure=keep)
    params = {"user": "1001_502", "tasks": ["ANALYZE"]}
    AdAccount("act_12", api=api).create_assigned_user(params=params, batch=batch, success=keep, failure=keep)
    batch.execute()
    assert [status for status, _ in came] == [200, 400, 200], came
    assert came[0][1]["name"] == "Spring" and came[1][1]["error"]["error_subcode"] == 33
    AdAccount("act_12", api=api).delete_assigned_users(params={"user": "1001_502"})
    many = json.dumps([{"method": "GET", "relative_url": "me"}] * 51)
    refused(lambda: api.call("POST", [""], {"batch": many}), 400, 100)


@flow
def paths_and_versions(world):
    api = world.api("person:501")
    refused(lambda: api.call("GET", ["1001", "nonsense"]), 400, 2500)
    refused(lambda: api.call("GET", ["1001", "agencies", "more"]), 400, 2500)
    refused(lambda: api.call("POST", ["1001", "agencies"]), 400, 100)
    refused(lambda: api.call("GET", ["me"], api_version="v19.0"), 400, 2635)
    assert api.call("GET", ["me"], api_version="v24.0").json()["id"] == "501"


@flow
def app_roles_and_permissions(world):
    secret = world.do("person:503", app__new_secret={"app": "7001"})["secret"]
    params = {"grant_type": "client_credentials", "client_id": "7001", "client_secret": secret}
    own = world.of(None).call("GET", ["oauth", "access_token"], params).json()
    refused(Application("7001", api=world.api("person:503")).get_roles, 403, 200)
    app = Application("7001", api=world.of(own["access_token"]))
    told = {one["permission"]: one["status"] for one in app.get_permissions()}
    assert told["ads_read"] == "live"
    assert [(one["user"], one["role"]) for one in app.get_roles()] == [("503", "administrators")]


@flow
def the_guide_says_what_happens(world):
    text = (Path(__file__).parents[2] / "docs/guides/meta.md").read_text()
    code = "".join(re.findall(r"```python\n(.*?)```", text, re.S))
    code = code.replace("http://127.0.0.1:8420", world.base)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "meta.md", "exec"), {})
    first, reason, remedy, name, _ = said.getvalue().split("\n")
    assert (first, reason, name) == ("400 100 33", "ASSET_NOT_ASSIGNED", "Autumn"), said.getvalue()
    assert remedy.startswith('person:501 {"assignment.give": {"holder": "person:502"'), remedy
    account = AdAccount("act_12", api=world.api("person:501"))
    account.delete_assigned_users(params={"user": "1001_502"})
    refused(lambda: AdAccount("act_12", api=world.api("person:502")).api_get(), 400, 100, 33)


# Time goes on; these come last.


@flow
def a_user_token_is_exchanged_before_its_end(world):
    secret = world.do("person:503", app__new_secret={"app": "7001"})["secret"]
    token = world.token("person:502", ["ads_read"])
    api = world.of(token)
    params = {"grant_type": "fb_exchange_token", "client_id": "7001", "client_secret": secret,
              "fb_exchange_token": token}
    made = api.call("GET", ["oauth", "access_token"], params).json()
    assert made["token_type"] == "bearer" and 0 < made["expires_in"] <= 60 * 86400
    assert AdAccount("act_11", api=world.of(made["access_token"])).api_get()["id"] == "act_11"
    wrong = {**params, "client_secret": "wrong"}
    refused(lambda: api.call("GET", ["oauth", "access_token"], wrong), 400, 1)
    refused(lambda: api.call("GET", ["oauth", "access_token"], {**params, "client_id": "7003"}), 400, 1)


@late
@flow
def sixty_one_days_later_a_token_is_over(world):
    token = world.token("person:502", ["ads_read"])
    robot = world.token("system_user:6001", ["ads_read"])
    world.later(days=61)
    error = refused(lambda: User("me", api=world.of(token)).api_get(), 400, 190, 463)
    assert "Session has expired on" in error.api_error_message()
    refused(lambda: AdAccount("act_11", api=world.of(robot)).api_get(), 400, 190, 463)
    world.sessions.clear()
    fresh = world.api("person:502", ["ads_read"])
    assert AdAccount("act_11", api=fresh).api_get()["id"] == "act_11"
