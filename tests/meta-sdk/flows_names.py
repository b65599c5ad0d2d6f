"""New names, invitations that are changed, and projects that hold an asset."""

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.businessassetgroup import BusinessAssetGroup
from facebook_business.adobjects.businessrolerequest import BusinessRoleRequest
from facebook_business.adobjects.businessuser import BusinessUser
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.productcatalog import ProductCatalog
from facebook_business.adobjects.systemuser import SystemUser
from facebook_business.adobjects.user import User

from harness import flow, ids, refused


def renamed(node, name):
    node.api_update(params={"name": name})
    assert node.api_get(fields=["name"])["name"] == name


@flow
def whoever_manages_a_thing_renames_it(world):
    ada, ben = world.api("person:501"), world.api("person:502")
    for kind, node, was in [(AdAccount, "act_12", "Autumn"), (Page, "2101", "Nova"),
                            (AdsPixel, "3101", "Nova's pixel"), (ProductCatalog, "4101", "Nova's goods"),
                            (BusinessAssetGroup, "8001", "Summer")]:
        renamed(kind(node, api=ada), "A new name")
        renamed(kind(node, api=ada), was)
    account = AdAccount("act_11", api=ben)
    refused(lambda: account.api_update(params={"name": "Ben's"}), 403, 200)
    refused(lambda: AdAccount("act_12", api=ben).api_update(params={"name": "Ben's"}), 400, 100, 33)
    refused(lambda: Page("2101", api=ben).api_update(params={"name": "Ben's"}), 403, 200)
    refused(lambda: AdsPixel("3101", api=ben).api_update(params={"name": "Ben's"}), 400, 100, 33)
    refused(lambda: BusinessAssetGroup("8001", api=ben).api_update(params={"name": "Ben's"}), 403, 10)
    # The agency's advertiser has what was shared, and the name was not.
    refused(lambda: AdAccount("act_11", api=world.api("person:504")).api_update(params={"name": "Dan's"}), 403, 200)
    assert AdAccount("act_11", api=ada).api_get(fields=["name"])["name"] == "Spring"


@flow
def a_name_takes_the_permission_of_its_kind(world):
    narrow = world.api("person:501", ["ads_management", "ads_read"])
    renamed(AdAccount("act_12", api=narrow), "Autumn")
    reads = world.api("person:501", ["ads_read", "pages_show_list", "business_management"])
    refused(lambda: AdAccount("act_12", api=reads).api_update(params={"name": "x"}), 403, 200)
    refused(lambda: Page("2101", api=reads).api_update(params={"name": "x"}), 403, 200)
    refused(lambda: ProductCatalog("4101", api=reads).api_update(params={"name": "x"}), 403, 200)
    refused(lambda: ProductCatalog("4101", api=world.api("person:501")).api_update(params={}), 400, 100)
    # Name and settings go together.
    account = AdAccount("act_12", api=world.api("person:501"))
    account.api_update(params={"name": "Late autumn", "media_agency": "NONE"})
    told = account.api_get(fields=["name", "media_agency"])
    assert (told["name"], told["media_agency"]) == ("Late autumn", "NONE"), told
    renamed(account, "Autumn")
    refused(lambda: account.api_update(params={"name": "  "}), 400, 100)


@flow
def a_system_user_is_renamed_and_a_group_is_deleted(world):
    ada = world.api("person:501")
    robot = SystemUser("6001", api=ada)
    ada.call("POST", ["6001"], {"name": "Robert"})
    assert robot.api_get(fields=["name"])["name"] == "Robert"
    ada.call("POST", ["6001"], {"name": "Robot"})
    refused(lambda: world.api("person:502").call("POST", ["6001"], {"name": "x"}), 403, 10)
    world.do("person:501", group__create={"business": "1001", "id": "8009", "name": "Passing", "project": True})
    world.do("person:501", group__add_asset={"group": "8009", "asset": "act_12"})
    projects = lambda: ids(AdAccount("act_12", api=ada).get_business_projects(params={"business": "1001"}))
    assert projects() == ["8009"]
    refused(lambda: AdAccount("act_12", api=ada).get_business_projects(), 400, 100)
    refused(lambda: AdAccount("act_12", api=ada).get_business_projects(params={"business": "4001"}), 403, 200)
    group = BusinessAssetGroup("8009", api=ada)
    refused(lambda: world.api("person:502").call("DELETE", ["8009"]), 403, 10)
    assert ada.call("DELETE", ["8009"]).json() == {"success": True}
    assert projects() == []
    refused(group.api_get, 400, 100, 33)


@flow
def groups_of_somebody_are_found_by_what_is_in_them(world):
    ada = world.api("person:501")
    group = BusinessAssetGroup("8001", api=ada)
    group.create_assigned_user(params={"user": "1001_502", "adaccount_tasks": ["ANALYZE"]})
    ben = User("me", api=world.api("person:502"))
    of = lambda **params: ids(ben.get_assigned_business_asset_groups(params=params))
    assert of() == of(contained_asset_id="act_12") == ["8001"]
    assert of(contained_asset_id="act_11") == []
    group.delete_assigned_users(params={"user": "1001_502"})


@flow
def an_invitation_is_changed_before_it_is_accepted(world):
    ada = world.api("person:501")
    made = Business("1001", api=ada).create_business_user(params={"email": "late@shop.example", "role": "EMPLOYEE"})
    request = BusinessRoleRequest(made["id"], api=ada)
    fields = ["role", "tasks", "status", "email", "owner", "created_by", "expiration_time", "invite_link"]
    told = request.api_get(fields=fields)
    assert (told["role"], told["tasks"], told["status"]) == ("EMPLOYEE", ["EMPLOYEE"], "PENDING"), told
    assert told["created_by"]["id"] == "1001_501" and told["owner"]["id"] == "1001" and "invite_link" not in told
    request.api_update(params={"role": "ADMIN"})
    assert request.api_get(fields=["role"])["role"] == "ADMIN"
    refused(lambda: request.api_update(params={"role": "KING"}), 400, 100)
    refused(lambda: request.api_update(params={}), 400, 100)
    ben = BusinessRoleRequest(made["id"], api=world.api("person:502"))
    refused(lambda: ben.api_update(params={"role": "EMPLOYEE"}), 403, 10)
    eve = BusinessRoleRequest(made["id"], api=world.api("person:505"))
    refused(lambda: eve.api_update(params={"role": "EMPLOYEE"}), 400, 100, 33)
    code = world.do("person:501", invitation__resend={"invitation": made["id"]})["secret"]
    world.do("person:505", invitation__accept={"invitation": made["id"], "code": code})
    fields = ["role", "tasks", "marked_for_removal", "first_name", "two_fac_status", "email"]
    told = BusinessUser("1001_505", api=ada).api_get(fields=fields)
    assert (told["role"], told["tasks"], told["marked_for_removal"]) == ("ADMIN", ["ADMIN"], False), told
    # Nothing is known of these, so nothing is said.
    assert not {"first_name", "two_fac_status", "email"} & set(told), told
    BusinessUser("1001_505", api=ada).api_delete()
