"""Flows of what each change of an ad is: a right of its own, on everything that it makes use of."""

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adcreative import AdCreative
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.campaign import Campaign

from flows_market import PAGE_SCOPES, ad_set, campaign, read
from harness import flow, refused


@flow
def every_change_is_refused_to_who_only_reads(world):
    owner, reader = world.api("person:501"), world.api("person:502")
    made = campaign(owner, daily_budget=1000)
    mine, theirs = Campaign(made["id"], api=owner), Campaign(made["id"], api=reader)
    told = lambda: read(Campaign, made, ["name", "status", "daily_budget"], owner).export_all_data()
    changes = [
        {"daily_budget": 1100}, {"daily_budget": 900}, {"name": "Theirs"}, {"status": "ARCHIVED"},
        {"status": "ACTIVE"}, {"daily_budget": 1000, "name": "Theirs"}, {"status": "DELETED"},
    ]
    # Never started, started, and paused again: the first start is not the second.
    for turn in [{}, {"status": "ACTIVE"}, {"status": "PAUSED"}]:
        if turn:
            mine.api_update(params=turn)
        before = told()
        for change in changes:
            if change.get("status") != before["status"]:
                refused(lambda: theirs.api_update(params=change), 403, 200)
        if before["status"] == "ACTIVE":
            refused(lambda: theirs.api_update(params={"status": "PAUSED"}), 403, 200)
        refused(theirs.api_delete, 403, 200)
        assert told() == before
    mine.api_update(params={"status": "ARCHIVED"})
    for status in ["ACTIVE", "PAUSED"]:
        refused(lambda: mine.api_update(params={"status": status}), 400, 100)
    mine.api_delete()


@flow
def who_may_only_launch_neither_pauses_nor_resumes(world):
    owner = world.api("person:520")
    given = {"holder": "person:524", "on": "asset:act_15"}
    world.do("person:520", assignment__give={**given, "terms": {"ad_account": ["launcher"]}})
    launcher = world.api("person:524")
    made = campaign(launcher, account="act_15", daily_budget=500)
    theirs, mine = Campaign(made["id"], api=launcher), Campaign(made["id"], api=owner)
    theirs.api_update(params={"status": "ACTIVE"})
    refused(lambda: theirs.api_update(params={"status": "PAUSED"}), 403, 200)
    refused(lambda: theirs.api_update(params={"daily_budget": 400}), 403, 200)
    mine.api_update(params={"status": "PAUSED"})
    refused(lambda: theirs.api_update(params={"status": "ACTIVE"}), 403, 200)
    assert read(Campaign, made, ["status"], owner)["status"] == "PAUSED"
    mine.api_delete()
    world.do("person:520", assignment__revoke=given)


@flow
def what_an_ad_makes_use_of_is_asked_for_when_it_is_made_and_when_it_is_changed(world):
    owner, partner = world.api("person:501", PAGE_SCOPES), world.api("person:504", PAGE_SCOPES)
    said = {"name": "Buyers", "subtype": "CUSTOM"}
    elsewhere = AdAccount("act_12", api=owner).create_custom_audience(params=said)["id"]
    top = campaign(partner)
    plain = ad_set(partner, top)
    for uses in [
        {"targeting": {"custom_audiences": [{"id": elsewhere}]}},
        {"targeting": {"excluded_custom_audiences": [{"id": elsewhere}]}},
        {"promoted_object": {"pixel_id": "3101"}},
        {"promoted_object": {"product_catalog_id": "4101"}},
        {"promoted_object": {"page_id": "2101"}},
    ]:
        refused(lambda: ad_set(partner, top, **uses), 403, 200)
        refused(lambda: AdSet(plain["id"], api=partner).api_update(params=uses), 400, 100, 33)
        AdSet(plain["id"], api=owner).api_update(params=uses)
    creative = AdAccount("act_11", api=partner).create_ad_creative(params={"name": "Blue"})
    spec = {"object_story_spec": {"page_id": "2101"}}
    refused(lambda: AdCreative(creative["id"], api=partner).api_update(params=spec), 400, 100, 33)
    AdCreative(creative["id"], api=owner).api_update(params=spec)
    Campaign(top["id"], api=owner).api_delete()
