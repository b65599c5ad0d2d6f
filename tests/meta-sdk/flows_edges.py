"""Management that hangs on edges of its own: tokens of children, requests, groups, links."""

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.businessassetgroup import BusinessAssetGroup
from facebook_business.adobjects.systemuser import SystemUser
from facebook_business.adobjects.user import User

from harness import flow, ids, refused


@flow
def a_parent_gets_the_token_of_a_childs_system_user(world):
    pia = world.api("person:506")
    child = Business("3002", api=pia)
    params = {"app_id": "7001", "scope": ["ads_read", "business_management"]}
    token = child.create_access_token(params=params)["access_token"]
    robot = world.of(token)
    told = SystemUser("me", api=robot).api_get(fields=["id", "role", "business"])
    assert told["role"] == "ADMIN" and told["business"]["id"] == "3002", told
    users = child.get_system_users(fields=["id", "role"])
    assert [(one["id"], one["role"]) for one in users] == [(told["id"], "ADMIN")]
    again = child.create_access_token(params={**params, "scope": ["ads_read"]})["access_token"]
    assert SystemUser("me", api=world.of(again)).api_get()["id"] == told["id"]
    narrow = world.api("person:506", ["business_management"])
    error = refused(lambda: Business("3002", api=narrow).create_access_token(params=params), 403, 200)
    assert "ads_read" in error.api_error_message()
    refused(lambda: child.create_access_token(params={"app_id": "7001"}), 400, 100)
    refused(lambda: child.create_access_token(params={**params, "scope": ["ads_reed"]}), 400, 3962)
    refused(lambda: Business("3002", api=world.api("person:505")).create_access_token(params=params), 400, 100, 33)
    refused(lambda: Business("3001", api=robot).api_get(), 400, 100, 33)


@flow
def a_business_makes_a_token_for_some_assets_only(world):
    business = Business("1001", api=world.api("person:501"))
    params = {"system_user_id": "6001", "scope": ["ads_read"], "asset": ["11"],
              "set_token_expires_in_60_days": True}
    make = lambda **more: business.create_system_user_access_token(params={**params, **more})
    robot = world.of(make()["access_token"])
    assert AdAccount("act_11", api=robot).api_get(fields=["name"])["name"] == "Spring"
    token = robot.get_default_api and make(asset=["12"])["access_token"]
    refused(lambda: AdAccount("act_11", api=world.of(token)).api_get(), 403, 200)
    hidden = [refused(lambda one=one: make(asset=[one]), 400, 100, 33) for one in ("41", "99")]
    assert len({one.api_error_message().replace("41", "N").replace("99", "N") for one in hidden}) == 1
    refused(lambda: make(system_user_id="6999"), 400, 100, 33)
    refused(lambda: make(fetch_only=True), 400, 100)
    ben = Business("1001", api=world.api("person:502"))
    refused(lambda: ben.create_system_user_access_token(params=params), 403, 10)


@flow
def one_token_is_revoked_by_the_app_that_made_it(world):
    secret = world.do("person:503", app__new_secret={"app": "7001"})["secret"]
    ada, robot = world.token("person:501"), world.token("system_user:6001")
    other = world.token("person:503", ["ads_read"], app="7003")
    params = {"client_id": "7001", "client_secret": secret, "revoke_token": robot}
    revoke = lambda **more: world.of(ada).call("GET", ["oauth", "revoke"], {**params, **more}).json()
    refused(lambda: revoke(client_secret="wrong"), 400, 1)
    foreign = refused(lambda: revoke(revoke_token=other), 400, 100)
    nothing = refused(lambda: revoke(revoke_token="nonsense"), 400, 100)
    assert foreign.api_error_message() == nothing.api_error_message()
    assert SystemUser("me", api=world.of(robot)).api_get()["id"] == "6001"
    assert revoke() == {"success": "true"}
    refused(lambda: SystemUser("me", api=world.of(robot)).api_get(), 400, 190, 467)
    assert User("me", api=world.of(ada)).api_get()["id"] == "501"


@flow
def access_is_asked_for_by_those_who_may_ask(world):
    agency = Business("2001", api=world.api("person:503"))
    page = agency.create_client_page(params={"page_id": "2101", "permitted_tasks": ["ANALYZE"]})
    assert page["access_status"] == "PENDING", page
    nothing = agency.create_client_page(params={"page_id": "2199", "permitted_tasks": ["ANALYZE"]})
    assert nothing["access_status"] == "PENDING"
    waiting = agency.get_pending_client_pages(fields=["id", "page"])
    assert sorted(one["page"]["id"] for one in waiting) == ["2101", "2199"]
    params = {"adaccount_id": "act_11", "permitted_tasks": ["ANALYZE"]}
    ask = lambda: agency.get_api_assured().call("POST", ["2001", "client_ad_accounts"], params)
    refused(ask, 403, 200)
    refused(lambda: agency.create_client_page(params={"page_id": "2101", "permitted_tasks": ["KING"]}), 400, 100)
    dan = Business("2001", api=world.api("person:504"))
    refused(lambda: dan.create_client_page(params={"page_id": "2101", "permitted_tasks": ["ANALYZE"]}), 403, 10)
    owner = Business("1001", api=world.api("person:501"))
    claim = owner.create_owned_ad_account(params={"adaccount_id": "act_41"})
    assert claim["access_status"] == "PENDING"
    waiting = owner.get_pending_owned_ad_accounts(fields=["id", "ad_account"])
    assert [one["ad_account"]["id"] for one in waiting] == ["act_41"]
    assert ids(owner.get_pending_owned_pages()) == []


@flow
def what_comes_of_a_group_is_taken_at_the_group(world):
    api = world.api("person:501")
    group, account = BusinessAssetGroup("8001", api=api), AdAccount("act_12", api=api)
    ben = AdAccount("act_12", api=world.api("person:502"))
    refused(ben.api_get, 400, 100, 33)
    group.create_assigned_user(params={"user": "1001_502", "adaccount_tasks": ["ADVERTISE", "ANALYZE"]})
    assert ids(group.get_assigned_users(params={"business": "1001"})) == ["1001_502"]
    assert ben.api_get(fields=["name"])["name"] == "Autumn"
    user = {"user": "1001_502"}
    error = refused(lambda: account.create_assigned_user(params={**user, "tasks": ["ANALYZE"]}), 400, 2620)
    assert "from the group" in error.body()["error"]["error_user_msg"]
    refused(lambda: account.delete_assigned_users(params=user), 400, 2620)
    account.create_assigned_user(params={**user, "tasks": ["MANAGE", "ADVERTISE", "ANALYZE"]})
    refused(lambda: group.create_assigned_user(params=user), 400, 100)
    refused(lambda: group.create_assigned_user(params={**user, "adaccount_tasks": ["MANAGE"]}), 400, 100, 1752129)
    group.delete_assigned_users(params=user)
    account.delete_assigned_users(params=user)
    refused(ben.api_get, 400, 100, 33)


@flow
def a_pixel_is_connected_and_removed(world):
    ada = world.api("person:501")
    pixel = Business("1001", api=ada).create_ads_pixel(params={"name": "To be removed"})
    pixel = AdsPixel(pixel["id"], api=ada)
    both = {"account_id": "12", "business": "1001"}
    pixel.create_shared_account(params=both)
    assert ids(pixel.get_shared_accounts(params={"business": "1001"})) == ["act_12"]
    assert pixel["id"] in ids(AdAccount("act_12", api=ada).get_ads_pixels())
    hidden = [refused(lambda one=one: pixel.create_shared_account(
        params={"account_id": one, "business": "1001"}), 403, 200) for one in ("41", "99")]
    assert len({one.api_error_message() for one in hidden}) == 1
    pixel.delete_shared_accounts(params=both)
    assert ids(pixel.get_shared_accounts(params={"business": "1001"})) == []
    refused(lambda: world.api("person:502").call("DELETE", [pixel["id"]]), 403, 10)
    ada.call("DELETE", [pixel["id"]])
    refused(lambda: pixel.api_get(), 400, 100, 33)
