"""Flows of marketing objects: campaigns, ads, reports, audiences, events, catalogs, posts."""

import time
from datetime import datetime, timezone

from facebook_business import FacebookAdsApi
from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adcreative import AdCreative
from facebook_business.adobjects.adreportrun import AdReportRun
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.customaudience import CustomAudience
from facebook_business.adobjects.offlineconversiondataset import OfflineConversionDataSet
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.adobjects.productcatalog import ProductCatalog
from facebook_business.adobjects.productitem import ProductItem
from facebook_business.adobjects.productset import ProductSet
from facebook_business.adobjects.serverside.event import Event
from facebook_business.adobjects.serverside.event_request import EventRequest
from facebook_business.adobjects.serverside.user_data import UserData

from harness import EVERYTHING, flow, ids, refused

PAGE_SCOPES = EVERYTHING + ["pages_manage_posts", "pages_manage_engagement", "pages_manage_ads", "read_insights"]


def campaign(api, account="act_11", **fields):
    said = {"name": "Spring", "objective": "OUTCOME_SALES", "special_ad_categories": [], **fields}
    return AdAccount(account, api=api).create_campaign(params=said)


def ad_set(api, above, account="act_11", **fields):
    return AdAccount(account, api=api).create_ad_set(params={"name": "Berlin", "campaign_id": above["id"], **fields})


def ad(api, above, account="act_11", **fields):
    creative = AdAccount(account, api=api).create_ad_creative(params={"name": "Blue", "title": "Shoes"})
    said = {"name": "Shoes", "adset_id": above["id"], "creative": {"creative_id": creative["id"]}, **fields}
    return AdAccount(account, api=api).create_ad(params=said)


def read(cls, thing, fields, api):
    return cls(thing["id"], api=api).api_get(fields=fields)


@flow
def what_is_made_starts_paused_whatever_was_asked(world):
    api = world.api("person:501")
    made = campaign(api, status="ACTIVE", daily_budget=5000)
    told = read(Campaign, made, ["name", "status", "effective_status", "daily_budget", "account_id", "objective"], api)
    assert (told["status"], told["effective_status"], told["daily_budget"]) == ("PAUSED", "PAUSED", "5000"), told
    assert (told["account_id"], told["objective"]) == ("11", "OUTCOME_SALES")
    assert made["id"] in ids(AdAccount("act_11", api=api).get_campaigns())


@flow
def a_campaign_has_ad_sets_and_they_have_ads(world):
    api = world.api("person:501")
    top = campaign(api)
    middle = ad_set(api, top, targeting={"geo_locations": {"countries": ["DE"]}})
    leaf = ad(api, middle)
    told = read(Ad, leaf, ["name", "campaign{name}", "adset{name,targeting}", "creative{title}"], api)
    assert told["campaign"]["name"] == "Spring" and told["creative"]["title"] == "Shoes", told
    assert told["adset"]["targeting"]["geo_locations"]["countries"] == ["DE"]
    assert ids(Campaign(top["id"], api=api).get_ad_sets()) == [middle["id"]]
    assert ids(AdSet(middle["id"], api=api).get_ads()) == ids(Campaign(top["id"], api=api).get_ads()) == [leaf["id"]]
    Campaign(top["id"], api=api).api_delete()
    refused(lambda: read(Ad, leaf, ["id"], api), 400, 100, 33)


@flow
def an_ad_set_of_another_account_is_no_place_for_an_ad(world):
    api = world.api("person:501")
    elsewhere = campaign(api, account="act_12")
    error = refused(lambda: ad_set(api, elsewhere), 400, 100)
    assert "campaign_id" in error.api_error_message()
    error = refused(lambda: ad_set(api, {"id": "999"}), 400, 100)
    assert "campaign_id" in error.api_error_message()


@flow
def to_launch_to_pause_and_to_resume_are_three_things(world):
    api = world.api("person:501")
    top = campaign(api, daily_budget=1000)
    below = ad_set(api, top)
    AdSet(below["id"], api=api).api_update(params={"status": "ACTIVE"})
    assert read(AdSet, below, ["effective_status"], api)["effective_status"] == "CAMPAIGN_PAUSED"
    Campaign(top["id"], api=api).api_update(params={"status": "ACTIVE"})
    assert read(AdSet, below, ["effective_status"], api)["effective_status"] == "ACTIVE"
    reader = world.api("person:502")
    pause = {"status": "PAUSED"}
    refused(lambda: Campaign(top["id"], api=reader).api_update(params=pause), 403, 200)
    partner = world.api("person:504")
    Campaign(top["id"], api=partner).api_update(params=pause)
    assert read(Campaign, top, ["status"], reader)["status"] == "PAUSED"
    error = refused(lambda: Campaign(top["id"], api=api).api_update(params={"status": "RUNNING"}), 400, 100)
    assert "status" in error.api_error_message()


@flow
def who_reads_the_figures_makes_no_campaign(world):
    reader = world.api("person:502")
    refused(lambda: campaign(reader), 403, 200)
    without = world.api("person:501", ["ads_read", "business_management"])
    refused(lambda: campaign(without), 403, 294)
    stranger = world.api("person:505")
    refused(lambda: campaign(stranger), 403, 200)
    refused(lambda: AdAccount("act_11", api=stranger).get_campaigns(), 403, 200)


@flow
def a_campaign_of_somebody_else_sounds_like_none(world):
    there = campaign(world.api("person:501"))
    stranger = world.api("person:507")
    heard = []
    for one in [there["id"], "2000000000000001"]:
        for call in [
            lambda: Campaign(one, api=stranger).api_get(fields=["name"]),
            lambda: Campaign(one, api=stranger).api_update(params={"name": "Mine"}),
            lambda: Campaign(one, api=stranger).api_delete(),
            lambda: Campaign(one, api=stranger).get_insights(),
        ]:
            error = refused(call, 400, 100, 33)
            heard.append(error.api_error_message().replace(one, "ID"))
    assert heard[:4] == heard[4:], heard


@flow
def a_partner_is_capped_by_what_was_shared(world):
    owner, partner = world.api("person:501"), world.api("person:504")
    made = campaign(partner, daily_budget=700)
    Campaign(made["id"], api=partner).api_update(params={"daily_budget": 900})
    AdAccount("act_11", api=owner).create_agency(params={"business": "2001", "permitted_tasks": ["ANALYZE"]})
    refused(lambda: Campaign(made["id"], api=partner).api_update(params={"daily_budget": 1000}), 403, 200)
    assert read(Campaign, made, ["daily_budget"], partner)["daily_budget"] == "900"
    AdAccount("act_11", api=owner).create_agency(
        params={"business": "2001", "permitted_tasks": ["ADVERTISE", "ANALYZE"]})
    Campaign(made["id"], api=partner).api_update(params={"daily_budget": 1000})


@flow
def an_ad_that_speaks_as_a_page_needs_the_page_too(world):
    spec = {"name": "As Nova", "object_story_spec": {"page_id": "2101", "link_data": {"link": "https://nova.example"}}}
    partner = world.api("person:504", PAGE_SCOPES)
    refused(lambda: AdAccount("act_11", api=partner).create_ad_creative(params=spec), 403, 200)
    owner = world.api("person:501", PAGE_SCOPES)
    made = AdAccount("act_11", api=owner).create_ad_creative(params=spec)
    told = read(AdCreative, made, ["object_story_spec"], owner)
    assert told["object_story_spec"]["page_id"] == "2101"


@flow
def settings_are_the_admins(world):
    owner, partner = world.api("person:501"), world.api("person:504")
    AdAccount("act_11", api=owner).api_update(params={"spend_cap": 100000})
    assert AdAccount("act_11", api=owner).api_get(fields=["spend_cap"])["spend_cap"] == 100000
    refused(lambda: AdAccount("act_11", api=partner).api_update(params={"spend_cap": 1}), 403, 200)
    refused(lambda: AdAccount("act_11", api=owner).api_update(params={"colour": "blue"}), 400, 100)


@flow
def a_report_says_what_was_fed(world):
    api = world.api("person:502", ["ads_read"])
    assert list(AdAccount("act_12", api=world.api("person:501")).get_insights()) == []
    now = datetime.fromtimestamp(time.time(), timezone.utc).isoformat()
    world.feed([
        {"asset": "act_11", "figure": "spend_total", "value": 123456, "at": now},
        {"asset": "act_11", "figure": "roas", "value": 2500, "at": now},
    ])
    row, = AdAccount("act_11", api=api).get_insights(fields=["spend", "purchase_roas"])
    assert row["spend"] == "1234.56" and row["purchase_roas"][0]["value"] == "2.500", row
    run = AdAccount("act_11", api=api).get_insights(fields=["spend"], params={"level": "account"}, is_async=True)
    run = AdReportRun(run["report_run_id"], api=api)
    assert run.api_get()["async_status"] == "Job Completed"
    row, = run.get_insights()
    assert row["spend"] == "1234.56"
    stranger = AdAccount("act_11", api=world.api("person:505"))
    refused(stranger.get_insights, 403, 200)
    refused(lambda: AdReportRun(run["id"], api=world.api("person:505")).api_get(), 400, 100, 33)
    refused(lambda: AdAccount("act_11", api=api).get_insights(params={"level": "planet"}), 400, 100)


@flow
def audiences_are_the_admins_and_who_is_on_them_is_not_kept(world):
    owner, partner = world.api("person:501"), world.api("person:504")
    said = {"name": "Buyers", "subtype": "CUSTOM"}
    refused(lambda: AdAccount("act_11", api=partner).create_custom_audience(params=said), 403, 200)
    made = AdAccount("act_11", api=owner).create_custom_audience(params=said)
    audience = CustomAudience(made["id"], api=owner)
    answer = audience.add_users(schema="EMAIL_SHA256", users=["one@nova.example", "two@nova.example"])
    assert answer.json()["num_received"] == 2
    told = audience.api_get(fields=["name", "approximate_count_lower_bound"])
    assert (told["name"], told["approximate_count_lower_bound"]) == ("Buyers", 2), told
    assert made["id"] in ids(AdAccount("act_11", api=owner).get_custom_audiences())
    top = campaign(partner)
    aimed = ad_set(partner, top, targeting={"custom_audiences": [{"id": made["id"]}]})
    assert aimed["id"]
    refused(lambda: CustomAudience(made["id"], api=partner).api_delete(), 403, 200)
    audience.remove_users(schema="EMAIL_SHA256", users=["one@nova.example"])
    assert audience.api_get(fields=["approximate_count_lower_bound"])["approximate_count_lower_bound"] == 1
    audience.api_delete()
    refused(lambda: audience.api_get(fields=["name"]), 400, 100, 33)


@flow
def events_are_counted_by_name(world):
    owner = world.api("person:501")
    pixel = AdsPixel("3101", api=owner)
    sent = pixel.create_event(params={"data": [
        {"event_name": "Purchase", "event_time": 1, "user_data": {"em": "a"}},
        {"event_name": "ViewContent", "event_time": 1},
    ]})
    assert sent["events_received"] == 2
    bought = Event(event_name="Purchase", event_time=int(time.time()), user_data=UserData(email="a@nova.example"))
    FacebookAdsApi.set_default_api(owner)
    assert EventRequest(pixel_id="3101", events=[bought]).execute().events_received == 1
    FacebookAdsApi.set_default_api(None)
    stats, = pixel.get_stats()
    assert {one["value"]: one["count"] for one in stats["data"]} == {"Purchase": 2, "ViewContent": 1}, stats
    checks = {one["key"]: one["result"] for one in pixel.get_da_checks()}
    assert checks == {"events_received": "passed", "purchase_received": "passed"}
    refused(lambda: AdsPixel("3101", api=world.api("person:502")).create_event(params={"data": []}), 403, 200)
    refused(lambda: pixel.create_event(params={"data": [{"event_time": 1}]}), 400, 100)


@flow
def offline_events_are_uploaded(world):
    api = world.api("person:520")
    said = {"data": [{"event_name": "Purchase"}], "upload_tag": "till"}
    assert api.call("POST", ["5101", "events"], said).json()["events_received"] == 1
    assert api.call("GET", ["5101", "stats"]).json()["data"][0]["data"][0]["count"] == 1
    assert OfflineConversionDataSet("5101", api=api).api_get(fields=["name"])["name"] == "Till"
    refused(OfflineConversionDataSet("5101", api=world.api("person:502")).api_get, 400, 100, 33)


@flow
def a_catalog_has_items_feeds_and_sets(world):
    api = world.api("person:501")
    catalog = ProductCatalog("4101", api=api)
    shoe = catalog.create_product(params={"retailer_id": "shoe-1", "name": "Shoe", "price": 9900, "currency": "EUR"})
    refused(lambda: catalog.create_product(params={"retailer_id": "shoe-1", "name": "Again"}), 400, 100)
    answer = catalog.create_items_batch(params={"item_type": "PRODUCT_ITEM", "requests": [
        {"method": "UPDATE", "data": {"id": "shoe-1", "price": 8900}},
        {"method": "CREATE", "data": {"id": "hat-1", "name": "Hat"}},
    ]})
    assert len(answer["handles"]) == 1
    assert ProductItem(shoe["id"], api=api).api_get(fields=["price"])["price"] == 8900
    assert {one["retailer_id"] for one in catalog.get_products(fields=["retailer_id"])} == {"shoe-1", "hat-1"}
    made = catalog.create_product_set(params={"name": "Feet", "filter": {"retailer_id": {"eq": "shoe-1"}}})
    assert ProductSet(made["id"], api=api).api_get(fields=["name"])["name"] == "Feet"
    catalog.create_product_feed(params={"name": "Nightly"})
    assert [one["name"] for one in catalog.get_product_feeds(fields=["name"])] == ["Nightly"]
    ProductItem(shoe["id"], api=api).api_delete()
    without = ProductCatalog("4101", api=world.api("person:501", ["ads_read", "business_management"]))
    refused(lambda: without.create_product(params={"retailer_id": "x", "name": "X"}), 403, 200)
    assert len(without.get_products()) == 1
    refused(ProductCatalog("4101", api=world.api("person:505")).get_products, 400, 100, 33)


@flow
def a_page_publishes_with_its_own_token(world):
    user = world.api("person:501", PAGE_SCOPES)
    refused(lambda: Page("2101", api=user).create_feed(params={"message": "Hello"}), 403, 210)
    scopes = ["pages_read_engagement", "pages_manage_posts", "pages_manage_engagement"]
    page = world.api("person:501", scopes, kind="page", targets={one: ["2101"] for one in scopes})
    made = Page("2101", api=page).create_feed(params={"message": "Hello"})
    post = PagePost(made["id"], api=page)
    post.create_comment(params={"message": "Welcome"})
    reader = world.api("person:502", PAGE_SCOPES)
    told, = Page("2101", api=reader).get_posts(fields=["message", "from", "comments{message}"])
    assert told["message"] == "Hello" and told["from"]["name"] == "Nova", told
    assert [one["message"] for one in told["comments"]["data"]] == ["Welcome"]
    counted = {one["name"]: one["values"][0]["value"] for one in Page("2101", api=reader).get_insights()}
    assert counted == {"page_posts": 1, "page_comments": 1}
    refused(lambda: PagePost(made["id"], api=world.api("person:505", PAGE_SCOPES)).api_get(), 400, 100, 33)
    post.api_delete()
    assert list(Page("2101", api=reader).get_feed()) == []


@flow
def a_child_goes_only_when_no_ad_runs(world):
    pia = world.api("person:506")
    top = campaign(pia, account="act_31")
    middle = ad_set(pia, top, account="act_31")
    leaf = ad(pia, middle, account="act_31")
    for cls, one in [(Campaign, top), (AdSet, middle), (Ad, leaf)]:
        cls(one["id"], api=pia).api_update(params={"status": "ACTIVE"})
    network = Business("3001", api=pia)
    refused(lambda: network.delete_owned_businesses(params={"client_id": "3002"}), 403, 200)
    Campaign(top["id"], api=pia).api_update(params={"status": "PAUSED"})
    network.delete_owned_businesses(params={"client_id": "3002"})
    refused(lambda: read(Campaign, top, ["name"], pia), 400, 100, 33)


@flow
def a_tool_stays_within_its_mandate(world):
    owner = world.api("person:520")
    made = campaign(owner, account="act_14", daily_budget=10000)
    Campaign(made["id"], api=owner).api_update(params={"status": "ACTIVE"})
    tool = world.api("person:520", ["ads_read", "ads_management"], app="7020")
    Campaign(made["id"], api=tool).api_update(params={"daily_budget": 11500})
    said = world.get("/api/v1/ledger/entries?limit=1000", "person:509")
    assert "from 100.00 to 115.00" in str(said) or "115" in str(said), said
    error = refused(lambda: Campaign(made["id"], api=tool).api_update(params={"daily_budget": 16000}), 403, 200)
    assert error.api_error_message()
    both = {"daily_budget": 16000, "name": "Other"}
    refused(lambda: Campaign(made["id"], api=tool).api_update(params=both), 403, 200)
    assert read(Campaign, made, ["name"], owner)["name"] == "Spring"
    assert read(Campaign, made, ["daily_budget"], owner)["daily_budget"] == "11500"
    elsewhere = campaign(owner, account="act_13", daily_budget=100)
    refused(lambda: Campaign(elsewhere["id"], api=tool).api_update(params={"daily_budget": 110}), 403, 200)


@flow
def a_batch_makes_several_each_by_itself(world):
    api = world.api("person:501")
    batch, answers = api.new_batch(), []
    said = {"name": "In a batch", "objective": "OUTCOME_SALES"}
    for account in ["act_11", "act_41", "act_12"]:
        AdAccount(account, api=api).create_campaign(
            params=said, batch=batch, success=lambda one: answers.append(one.status()),
            failure=lambda one: answers.append(one.error().api_error_code()))
    batch.execute()
    assert answers == [200, 200, 200], answers
    assert "In a batch" in [one["name"] for one in AdAccount("act_12", api=api).get_campaigns(fields=["name"])]
