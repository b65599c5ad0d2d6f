"""Flows of tools under mandates, of reports below the account, and of whose account a call counts on."""

import json
import time
from datetime import datetime, timedelta, timezone

from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adreportrun import AdReportRun
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.customaudience import CustomAudience

from flows_market import ad, ad_set, campaign, read
from flows_traces import raw
from harness import flow, ids, refused

TOOL = ["ads_read", "ads_management"]


def moment(**ago):
    return (datetime.fromtimestamp(time.time(), timezone.utc) - timedelta(**ago)).isoformat()


def day(**ago):
    return moment(**ago)[:10]


def entries(world):
    told = world.get("/api/v1/ledger/entries?limit=1000", "person:509")["entries"]
    return [one["told"] for one in told]


def running(api, account, **fields):
    made = campaign(api, account=account, **fields)
    Campaign(made["id"], api=api).api_update(params={"status": "ACTIVE"})
    return made


@flow
def a_report_has_a_row_for_each_campaign_ad_set_or_ad(world):
    owner, reader = world.api("person:501"), world.api("person:502", ["ads_read"])
    top, other = campaign(owner), campaign(owner, name="Second")
    middle = ad_set(owner, top)
    leaf = ad(owner, middle)
    world.feed([
        {"asset": "act_11", "object": one["id"], "figure": "spend_total", "value": value, "at": moment()}
        for one, value in [(top, 70_000), (other, 500), (middle, 60_000), (leaf, 50_000)]
    ])
    world.feed([{"asset": "act_11", "object": leaf["id"], "figure": "roas", "value": 1250, "at": moment()}])
    account = AdAccount("act_11", api=reader)
    spent = lambda edge, by: {row[by]: row["spend"] for row in edge}
    fields = ["campaign_id", "campaign_name", "spend"]
    rows = list(account.get_insights(fields=fields, params={"level": "campaign"}))
    assert spent(rows, "campaign_id") == {top["id"]: "700.00", other["id"]: "5.00"}, rows
    assert {row["campaign_name"] for row in rows} == {"Spring", "Second"}
    rows = account.get_insights(params={"level": "ad"})
    row, = [one for one in rows if one["ad_id"] == leaf["id"]]
    told = [row[name] for name in ["account_id", "campaign_id", "adset_id", "ad_name", "spend"]]
    assert told == ["11", top["id"], middle["id"], "Shoes", "500.00"], row
    assert row["purchase_roas"][0]["value"] == "1.250" and "cost_per_action_type" not in row
    # On its own level each has one row, and below it those that are part of it.
    row, = Campaign(top["id"], api=reader).get_insights(fields=["spend"])
    assert row["spend"] == "700.00"
    row, = AdSet(middle["id"], api=reader).get_insights(fields=["spend", "campaign_id"])
    assert (row["spend"], row["campaign_id"]) == ("600.00", top["id"])
    row, = Ad(leaf["id"], api=reader).get_insights(params={"level": "campaign"}, fields=["spend", "campaign_id", "ad_id"])
    assert row["spend"] == "500.00" and row["campaign_id"] == top["id"] and "ad_id" not in row, row
    rows = Campaign(top["id"], api=reader).get_insights(fields=["adset_id", "spend"], params={"level": "adset"})
    assert spent(rows, "adset_id") == {middle["id"]: "600.00"}
    assert list(Campaign(other["id"], api=reader).get_insights(params={"level": "ad"})) == []
    # Pages of rows follow each other.
    params = {"level": "campaign", "limit": 1}
    assert {one["campaign_id"] for one in account.get_insights(params=params)} >= {top["id"], other["id"]}
    # Later it says the same, and nothing of what was deleted meanwhile.
    run = Campaign(top["id"], api=reader).get_insights(params={"level": "ad"}, is_async=True)
    run = AdReportRun(run["report_run_id"], api=reader)
    row, = run.get_insights(fields=["ad_id", "spend"])
    assert (row["ad_id"], row["spend"]) == (leaf["id"], "500.00")
    refused(Campaign(top["id"], api=world.api("person:507")).get_insights, 400, 100, 33)
    for one in [top, other]:
        Campaign(one["id"], api=owner).api_delete()
    assert list(run.get_insights()) == []
    assert not [one for one in account.get_insights(params={"level": "ad"}) if one["ad_id"] == leaf["id"]]


@flow
def a_report_is_of_the_day_on_which_its_figures_were_true(world):
    api = world.api("person:501")
    made = campaign(api)
    world.feed([{"asset": "act_11", "object": made["id"], "figure": "cpa", "value": 199, "at": moment(days=2)}])
    of = Campaign(made["id"], api=api)
    row, = of.get_insights()
    assert (row["date_start"], row["date_stop"]) == (day(days=2), day(days=2)), row
    assert row["cost_per_action_type"][0]["value"] == "1.99"
    within = lambda since, until: {"time_range": {"since": day(days=since), "until": day(days=until)}}
    for params, rows in [
        ({"date_preset": "last_3d"}, 1), ({"date_preset": "maximum"}, 1), ({"date_preset": "yesterday"}, 0),
        ({"date_preset": "today"}, 0), (within(5, 2), 1), (within(2, 0), 1), (within(1, 0), 0), (within(9, 3), 0),
    ]:
        assert len(list(of.get_insights(params=params))) == rows, params
        run = AdReportRun(of.get_insights(params=params, is_async=True)["report_run_id"], api=api)
        assert len(list(run.get_insights())) == rows, params
    for wrong in [{"date_preset": "last_tuesday"}, {"time_range": {"since": day()}}, within(0, 3)]:
        refused(lambda: of.get_insights(params=wrong), 400, 100)
        refused(lambda: of.get_insights(params=wrong, is_async=True), 400, 100)


@flow
def a_figure_is_fed_of_what_is_there(world):
    made = campaign(world.api("person:501"))
    for wrong in [
        {"asset": "act_12", "object": made["id"], "figure": "cpa"},
        {"asset": "act_11", "object": "2000000000000001", "figure": "cpa"},
        {"asset": "act_11", "object": made["id"], "figure": "active_ads"},
        {"asset": "act_11", "object": made["id"], "figure": "daily_budget_total"},
    ]:
        try:
            world.feed([{**wrong, "value": 1, "at": moment()}])
        except AssertionError as error:
            assert '"field":"[0].object"' in str(error), error
        else:
            raise AssertionError(f"taken: {wrong}")


@flow
def calls_on_a_campaign_or_an_audience_count_on_their_account(world):
    # Accounts of their own: what is refused here stays refused for minutes.
    owner = world.api("person:506")
    made = campaign(owner, account="act_9290")
    creative = AdAccount("act_9290", api=owner).create_ad_creative(params={"name": "Blue"})
    run = AdAccount("act_9290", api=owner).get_insights(is_async=True)
    buyers = AdAccount("act_9290", api=owner).create_custom_audience(params={"name": "Buyers", "subtype": "CUSTOM"})
    token = world.token("person:506")
    kinds = {
        made["id"]: "ads_management", f"{made['id']}/insights": "ads_insights", creative["id"]: "ads_management",
        f"{run['report_run_id']}/insights": "ads_insights", buyers["id"]: "custom_audience",
    }
    for path, kind in kinds.items():
        status, headers, _ = raw(world, path, token)
        assert status == 200 and "x-ad-account-usage" in headers, (path, status)
        (account, (case,)), = json.loads(headers["x-business-use-case-usage"]).items()
        assert (account, case["type"]) == ("9290", kind), (path, account, case)
    # Of one that is hidden is told what is told of none: no account.
    stranger = world.token("person:505")
    said = [raw(world, one, stranger) for one in [made["id"], "2000000000000001", buyers["id"]]]
    assert [status for status, _, _ in said] == [400] * 3
    assert not [1 for _, headers, _ in said if "x-ad-account-usage" in headers]
    world.do("person:509", app__set_tier={"app": "7001", "tier": "limited"})
    try:
        for call in range(60):
            error = raw(world, made["id"] if call % 2 else f"{made['id']}/adsets", token)
            if error[0] != 200:
                break
        refused(lambda: Campaign(made["id"], api=owner).api_get(fields=["name"]), 400, 80004, 2446079)
        refused(lambda: Campaign(made["id"], api=owner).get_insights(), 400, 80000, 2446079)
        users = {"schema": "EMAIL_SHA256", "users": ["one@shop.example"]}
        refused(lambda: CustomAudience(buyers["id"], api=owner).add_users(**users), 400, 80003, 2446079)
        refused(lambda: AdAccount("act_9290", api=owner).api_get(fields=["name"]), 400, 80004, 2446079)
        # Nobody who may not know of it is told that there is an account behind it.
        refused(Campaign(made["id"], api=world.api("person:505")).api_get, 400, 100, 33)
        AdAccount("act_9291", api=owner).api_get(fields=["name"])
    finally:
        world.do("person:509", app__set_tier={"app": "7001", "tier": "full"})


@flow
def a_tool_does_several_things_in_one_call_under_its_mandate(world):
    owner, tool = world.api("person:520"), world.api("person:520", TOOL, app="7020")
    said = {"name": "Buyers", "subtype": "CUSTOM"}
    buyers = AdAccount("act_14", api=owner).create_custom_audience(params=said)
    others = AdAccount("act_13", api=owner).create_custom_audience(params=said)
    top = campaign(tool, account="act_14")
    before = len(entries(world))
    aimed = {"custom_audiences": [{"id": buyers["id"]}]}
    made = ad_set(tool, top, account="act_14", targeting=aimed, daily_budget=1000)
    told = entries(world)[before:]
    assert len(told) == 1, told
    assert "did adset.create on asset:act_14" in told[0] and "under mandate m-tool" in told[0], told
    assert f"did custom_audience.use on asset:{buyers['id']}" in told[0], told
    # One of the things that is not covered stops them all.
    elsewhere = {"custom_audiences": [{"id": buyers["id"]}, {"id": others["id"]}]}
    refused(lambda: ad_set(tool, top, account="act_14", targeting=elsewhere), 403, 200)
    pixel = {"promoted_object": {"pixel_id": "3102"}}
    refused(lambda: ad_set(tool, top, account="act_14", **pixel), 403, 200)
    assert ids(Campaign(top["id"], api=owner).get_ad_sets()) == [made["id"]]
    assert len(entries(world)) == before + 1
    # A budget and a name at once: the amount is counted, and once.
    both = {"daily_budget": 1100, "name": "Other"}
    AdSet(made["id"], api=tool).api_update(params=both)
    told = entries(world)[before + 1:]
    assert len(told) == 1 and told[0].count("from 1000 to 1100") == 1 and "did adset.edit" in told[0], told
    # What is started counts with its whole budget: past the cap it stays paused.
    for budget, fits in [(19_900, False), (600, True)]:
        more = campaign(owner, account="act_14", daily_budget=budget)
        start = lambda: Campaign(more["id"], api=tool).api_update(params={"status": "ACTIVE"})
        start() if fits else refused(start, 403, 200)
        assert read(Campaign, more, ["status"], owner)["status"] == ("ACTIVE" if fits else "PAUSED")
        Campaign(more["id"], api=owner).api_delete()
    assert "did campaign.launch on asset:act_14 from 0 to 600" in entries(world)[-1], entries(world)[-1]
    before += 1
    # To read counts as nothing, at once and later.
    AdAccount("act_14", api=tool).get_insights(is_async=True)
    assert len(entries(world)) == before + 2
    Campaign(top["id"], api=owner).api_delete()


@flow
def what_was_approved_for_a_careful_tool_goes_through_once(world):
    owner, token = world.api("person:520"), world.token("person:520", TOOL, app="7021")
    tool = world.of(token)
    made = running(owner, "act_15", daily_budget=1000)
    raise_to = lambda to, **more: Campaign(made["id"], api=tool).api_update(params={"daily_budget": to, **more})

    def propose(id, approve=True, **fields):
        fields = {"id": id, "asset": "act_15", **fields}
        world.post("/api/v1/commands", {"id": f"make-{id}", "command": {"proposal.make": fields}}, token)
        if approve:
            world.do("person:520", proposal__approve={"proposal": id})

    refused(lambda: raise_to(1300), 403, 200)
    propose("p-raise", approve=False, operation="budget.raise", change={"from": 1000, "to": 1300})
    refused(lambda: raise_to(1300), 403, 200)
    world.do("person:520", proposal__approve={"proposal": "p-raise"})
    # Only just this: no other amount, nothing beside it, nobody else's tool.
    refused(lambda: raise_to(1299), 403, 200)
    refused(lambda: raise_to(1300, name="Mine"), 403, 200)
    assert read(Campaign, made, ["daily_budget"], owner)["daily_budget"] == "1000"
    raise_to(1300)
    assert read(Campaign, made, ["daily_budget"], owner)["daily_budget"] == "1300"
    assert "approved by person:520" in entries(world)[-1] and "from 1000 to 1300" in entries(world)[-1]
    Campaign(made["id"], api=owner).api_update(params={"daily_budget": 1000})
    refused(lambda: raise_to(1300), 403, 200)
    # Several things in one call: each was approved.
    propose("p-name", operation="campaign.edit")
    propose("p-again", operation="budget.raise", change={"from": 1000, "to": 1300})
    raise_to(1300, name="Mine")
    told = read(Campaign, made, ["daily_budget", "name"], owner)
    assert (told["daily_budget"], told["name"]) == ("1300", "Mine"), told
    assert entries(world)[-1].count("approved by person:520") == 2, entries(world)[-1]
    # What is carried out at the native API of things elsewhere counts here, up to the cap.
    execute = lambda id: world.post(
        "/api/v1/commands", {"id": f"do-{id}", "command": {"proposal.execute": {"proposal": id}}}, token)
    propose("p-outside", operation="budget.raise", change={"from": 1000, "to": 19_000})
    execute("p-outside")
    try:
        propose("p-beyond", operation="budget.raise", change={"from": 1300, "to": 2100})
    except AssertionError as error:
        assert "MANDATE_LIMIT" in str(error), error
    else:
        raise AssertionError("beyond the cap")
    # What was carried out at the native API is carried out.
    propose("p-native", operation="campaign.pause")
    execute("p-native")
    refused(lambda: Campaign(made["id"], api=tool).api_update(params={"status": "PAUSED"}), 403, 200)
    Campaign(made["id"], api=owner).api_delete()


@flow
def a_child_goes_once_what_is_above_its_ads_is_paused(world):
    world.do("person:506", child__create={"id": "3003", "parent": "3001", "name": "Kiosk"})
    world.do("person:506", asset__create={"id": "act_32", "kind": "ad_account", "business": "3003"})
    pia = world.api("person:506")
    top = campaign(pia, account="act_32")
    middle = ad_set(pia, top, account="act_32")
    leaf = ad(pia, middle, account="act_32")
    network = Business("3001", api=pia)
    go = lambda: network.delete_owned_businesses(params={"client_id": "3003"})
    for cls, one in [(Campaign, top), (AdSet, middle), (Ad, leaf)]:
        cls(one["id"], api=pia).api_update(params={"status": "ACTIVE"})
    refused(go, 403, 200)
    # Whatever is above an ad keeps it from running; the ad itself is to run all the time.
    for cls, one in [(Campaign, top), (AdSet, middle)]:
        cls(one["id"], api=pia).api_update(params={"status": "PAUSED"})
        assert read(Ad, leaf, ["status", "effective_status"], pia)["effective_status"].endswith("_PAUSED")
        cls(one["id"], api=pia).api_update(params={"status": "ACTIVE"})
        refused(go, 403, 200)
    # A campaign that is deleted takes its ads along, though they run.
    more = campaign(pia, account="act_32")
    Campaign(top["id"], api=pia).api_delete()
    refused(lambda: read(Ad, leaf, ["id"], pia), 400, 100, 33)
    go()
    refused(lambda: read(Campaign, more, ["name"], pia), 400, 100, 33)
