"""Partners: acting on behalf of a client, agreements to share, requests and their answers."""

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.businessagreement import BusinessAgreement
from facebook_business.adobjects.businessassetsharingagreement import BusinessAssetSharingAgreement
from facebook_business.adobjects.businessownedobjectonbehalfofrequest import BusinessOwnedObjectOnBehalfOfRequest
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.systemuser import SystemUser
from facebook_business.adobjects.user import User

from harness import EVERYTHING, flow, ids, refused

CLIENT = {"existing_client_business_id": "1001"}
WANTED = {"app_id": "7001", "scope": ["ads_read", "pages_show_list", "pages_read_engagement", "business_management"]}


def desk(world, scopes=EVERYTHING):
    """The agency's admin system user, which is made once."""
    users = Business("2001", api=world.api("person:503")).get_system_users(fields=["id", "role"])
    known = [one["id"] for one in users if one["role"] == "ADMIN"]
    if not known:
        make = {"business": "2001", "role": "admin", "name": "Desk"}
        known = [world.do("person:503", system_user__create=make)["made"]]
        world.do("person:503", app__install={"app": "7001", "system_user": known[0]})
    return world.api(f"system_user:{known[0]}", scopes, by="person:503")


def managed(api):
    return [(one["id"], one["name"]) for one in api.call("GET", ["2001", "managed_businesses"]).json()["data"]]


@flow
def a_partner_acts_on_behalf_of_a_client(world):
    ada, robot = world.api("person:501"), desk(world)
    client = Business("1001", api=robot)
    refused(lambda: client.create_access_token(params=WANTED), 400, 100, 33)
    started = Business("2001", api=ada).create_managed_business(params=CLIENT)
    assert (started["id"], started["name"]) == ("1001", "Nova Shop"), started
    assert managed(robot) == [("1001", "Nova Shop")]
    refused(lambda: Business("2001", api=ada).create_managed_business(params=CLIENT), 400, 42004)
    acting = world.of(client.create_access_token(params=WANTED)["access_token"])
    told = SystemUser("me", api=acting).api_get(fields=["id", "name", "role", "business"])
    assert (told["name"], told["role"]) == ("Nova Shop SYSTEM USER", "EMPLOYEE"), told
    assert told["business"]["id"] == "1001"
    assert ids(User("me", api=acting).get_accounts()) == []
    Page("2101", api=ada).create_assigned_user(params={"user": told["id"], "tasks": ["MANAGE"]})
    pages = list(User("me", api=acting).get_accounts(fields=["id", "access_token"]))
    assert ids(pages) == ["2101"]
    assert Page("me", api=world.of(pages[0]["access_token"])).api_get(fields=["name"])["name"] == "Nova"
    refused(AdAccount("act_12", api=acting).api_get, 400, 100, 33)
    again = client.create_access_token(params={**WANTED, "scope": ["pages_show_list"]})["access_token"]
    assert SystemUser("me", api=world.of(again)).api_get()["id"] == told["id"]
    life = robot.call("GET", ["debug_token"], {"input_token": again}).json()["data"]
    assert 59 * 86400 < life["expires_at"] - life["issued_at"] <= 60 * 86400, life
    Business("2001", api=ada).delete_managed_businesses(params=CLIENT)
    for token in (acting, world.of(again), world.of(pages[0]["access_token"])):
        refused(SystemUser("me", api=token).api_get, 400, 190, 492)
    refused(SystemUser(told["id"], api=ada).api_get, 400, 100, 33)
    assert managed(robot) == []
    refused(lambda: client.create_access_token(params=WANTED), 400, 100, 33)
    refused(lambda: Business("2001", api=ada).delete_managed_businesses(params=CLIENT), 400, 100, 33)


@flow
def being_managed_opens_nothing_but_the_token(world):
    ada, robot = world.api("person:501"), desk(world)
    Business("2001", api=ada).create_managed_business(params=CLIENT)
    cleo, dan = world.api("person:503"), world.api("person:504")
    for api in (robot, cleo, dan):
        refused(Page("2101", api=api).api_get, 400, 100, 33)
        refused(AdAccount("act_12", api=api).api_get, 400, 100, 33)
        refused(lambda: Business("1001", api=api).api_get(fields=["name"]), 400, 100, 33)
        refused(lambda: Business("1001", api=api).get_owned_pages(), 400, 100, 33)
        refused(lambda: Business("1001", api=api).create_system_user(params={"name": "x", "role": "ADMIN"}), 400, 100, 33)
    refused(lambda: Business("1001", api=dan).create_access_token(params=WANTED), 403, 10)
    narrow = Business("1001", api=desk(world, ["business_management"]))
    error = refused(lambda: narrow.create_access_token(params=WANTED), 403, 200)
    assert "ads_read" in error.api_error_message()
    client = Business("1001", api=robot)
    refused(lambda: client.create_access_token(params={"app_id": "7001"}), 400, 100)
    refused(lambda: client.create_access_token(params={**WANTED, "scope": ["ads_reed"]}), 400, 3962)
    foreign = refused(lambda: client.create_access_token(params={**WANTED, "app_id": "7010"}), 400, 100)
    nothing = refused(lambda: client.create_access_token(params={**WANTED, "app_id": "7999"}), 400, 100)
    assert foreign.api_error_message() == nothing.api_error_message()
    assert Business("2001", api=cleo).delete_managed_businesses(params=CLIENT)


@flow
def only_the_clients_admin_lets_somebody_act_and_nobody_else_learns_of_it(world):
    start = lambda who, partner, client="1001", **more: Business(partner, api=world.api(who, **more)).create_managed_business(
        params={"existing_client_business_id": client})
    said = [refused(lambda one=one: start("person:505", one), 400, 100, 33) for one in ("2001", "2999")]
    assert len({one.api_error_message().replace("2001", "N").replace("2999", "N") for one in said}) == 1
    for who in ("person:502", "person:507"):
        refused(lambda: start(who, "2001"), 400, 100, 33)
    refused(lambda: start("person:503", "2001"), 403, 200)
    refused(lambda: start("person:503", "2001", client="2999"), 403, 200)
    refused(lambda: start("person:501", "2001", scopes=["ads_read"]), 400, 100, 33)
    # The app is one that the partner did not claim.
    refused(lambda: start("person:501", "4001"), 400, 100, 33)
    refused(lambda: Business("2001", api=world.api("person:501")).create_managed_business(params={}), 400, 100, 33)
    refused(lambda: Business("2001", api=world.api("person:503")).create_managed_business(params={}), 400, 100)
    refused(lambda: world.api("person:501").call("GET", ["2001", "managed_businesses"]), 400, 100, 33)
    start("person:501", "2001")
    refused(lambda: world.api("person:505").call("DELETE", ["2001", "managed_businesses"], CLIENT), 400, 100, 33)
    refused(lambda: world.api("person:504").call("DELETE", ["2001", "managed_businesses"], CLIENT), 403, 200)
    refused(lambda: world.api("person:502").call("DELETE", ["2001", "managed_businesses"], CLIENT), 400, 100, 33)
    world.api("person:503").call("DELETE", ["2001", "managed_businesses"], CLIENT)


@flow
def what_is_shared_is_an_agreement_that_the_other_side_answers(world):
    ada, pia = world.api("person:501"), world.api("person:506")
    network = Business("3001", api=pia)
    offer = lambda: Page("2101", api=ada).create_agency(params={"business": "3001", "permitted_tasks": ["ANALYZE"]})
    assert offer()["access_status"] == "PENDING"
    fields = ["id", "initiator", "recipient", "request_status", "relationship_type"]
    waiting = network.get_received_audience_sharing_requests(fields=fields, params={"request_status": "PENDING"})
    assert [(one["id"], one["initiator"]["id"], one["recipient"]["id"]) for one in waiting] == [
        ("1001_3001", "1001", "3001")]
    shop = Business("1001", api=ada)
    mine = shop.get_initiated_audience_sharing_requests(fields=fields, params={"recipient_id": "3001"})
    assert [(one["id"], one["request_status"]) for one in mine] == [("1001_3001", "PENDING")]
    assert ids(shop.get_initiated_audience_sharing_requests(params={"recipient_id": "4001"})) == []
    for api, path in ((pia, ["3001", "received_sharing_agreements"]), (ada, ["1001", "initiated_sharing_agreements"])):
        assert "1001_3001" in [one["id"] for one in api.call("GET", path).json()["data"]]
    refused(lambda: network.get_received_audience_sharing_requests(params={"request_status": "SOON"}), 400, 100)
    answer = lambda api, word, **more: BusinessAssetSharingAgreement("1001_3001", api=api).api_update(
        params={"request_response": word, **more})
    refused(lambda: answer(ada, "APPROVE"), 400, 100, 33)
    for agreement in ("1001_3001", "1001_4001", "1001_9999"):
        eve = BusinessAssetSharingAgreement(agreement, api=world.api("person:505"))
        refused(eve.api_get, 400, 100, 33)
        refused(lambda: eve.api_update(params={"request_response": "APPROVE"}), 400, 100, 33)
    refused(lambda: answer(pia, "PERHAPS"), 400, 100)
    refused(lambda: answer(pia, ""), 400, 100)
    page = Page("2101", api=pia)
    refused(page.api_get, 400, 100, 33)
    answer(pia, "DECLINE")
    refused(BusinessAssetSharingAgreement("1001_3001", api=pia).api_get, 400, 100, 33)
    offer()
    BusinessAgreement("1001_3001", api=pia).api_update(params={"request_status": "APPROVE", "asset_id": 2101})
    told = BusinessAssetSharingAgreement("1001_3001", api=pia).api_get(fields=fields)
    assert told["request_status"] == "APPROVE", told
    Page("2101", api=ada).delete_agencies(params={"business": "3001"})


@flow
def requests_on_behalf_are_listed_at_the_account_answered_and_taken_back(world):
    ada, cleo = world.api("person:501"), world.api("person:503")
    ask = lambda: world.do("person:503", request__make={"from": "2001", "asset": "act_12", "asset_kind": "ad_account",
                                                        "terms": {"ad_account": ["analyst"]}})["made"]
    made = ask()
    account = AdAccount("act_12", api=ada)
    told = list(account.get_on_behalf_requests(params={"status": "PENDING"}))
    assert [(one["id"], one["business_owned_object"], one["status"]) for one in told] == [(made, "act_12", "PENDING")]
    assert (told[0]["requesting_business"]["id"], told[0]["receiving_business"]["id"]) == ("2001", "1001")
    assert ids(account.get_on_behalf_requests(params={"status": "EXPIRED"})) == []
    refused(lambda: account.get_on_behalf_requests(params={"status": "SOON"}), 400, 100)
    refused(lambda: AdAccount("act_12", api=world.api("person:505")).get_on_behalf_requests(), 403, 200)
    asked = Business("2001", api=cleo).get_initiated_audience_sharing_requests(fields=["id", "recipient"])
    mine = [one for one in asked if one["id"] == made]
    assert mine and "recipient" not in mine[0], asked
    node = lambda api: BusinessOwnedObjectOnBehalfOfRequest(made, api=api)
    assert node(cleo).api_get(fields=["status"])["status"] == "PENDING"
    refused(node(world.api("person:505")).api_get, 400, 100, 33)
    refused(lambda: ada.call("DELETE", [made]), 400, 100, 33)
    cleo.call("DELETE", [made])
    refused(node(cleo).api_get, 400, 100, 33)
    made = ask()
    refused(lambda: BusinessAgreement(made, api=cleo).api_update(params={"request_status": "APPROVE"}), 400, 100, 33)
    refused(lambda: BusinessAgreement(made, api=world.api("person:502")).api_update(params={"request_status": "DECLINE"}), 403, 10)
    BusinessAgreement(made, api=ada).api_update(params={"request_status": "DECLINE"})
    refused(BusinessAgreement(made, api=ada).api_get, 400, 100, 33)
    made = ask()
    BusinessAssetSharingAgreement(made, api=ada).api_update(params={"request_response": "APPROVE"})
    assert "2001" in ids(account.get_agencies())
    account.delete_agencies(params={"business": "2001"})


@flow
def what_else_waits_at_a_business_is_listed(world):
    ada = Business("1001", api=world.api("person:501"))
    assert ids(ada.get_pending_client_apps()) == []
    assert ids(ada.get_pending_shared_offsite_signal_container_business_objects()) == []
    assert ids(ada.get_instagram_accounts()) == []
    refused(lambda: ada.delete_instagram_accounts(params={"instagram_account": "9999"}), 400, 100, 33)
    eve = Business("1001", api=world.api("person:505"))
    refused(eve.get_pending_client_apps, 400, 100, 33)
    refused(eve.get_pending_shared_offsite_signal_container_business_objects, 400, 100, 33)
    refused(lambda: eve.delete_instagram_accounts(params={"instagram_account": "9999"}), 400, 100, 33)


@flow
def the_projects_that_hold_an_asset_are_told_to_those_who_see_both(world):
    made = world.do("person:501", group__create={"business": "1001", "project": True, "name": "Autumn"})["made"]
    world.do("person:501", group__add_asset={"group": made, "asset": "act_12"})
    params = {"business": "1001"}
    told = lambda who: ids(AdAccount("act_12", api=world.api(who)).get_business_projects(params=params))
    assert told("person:501") == [made]
    assert ids(Page("2101", api=world.api("person:501")).get_business_projects(params=params)) == []
    refused(lambda: AdAccount("act_12", api=world.api("person:501")).get_business_projects(), 400, 100)
    refused(lambda: AdAccount("act_12", api=world.api("person:501")).get_business_projects(params={"business": "4001"}), 403, 200)
    refused(lambda: told("person:505"), 403, 200)
    world.do("person:501", group__remove={"group": made})
    assert told("person:501") == []
