"""The tasks of the seed's table, for every role, with the permissions that they need and without."""

import os
from pathlib import Path

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.page import Page
from facebook_business.exceptions import FacebookRequestError

from harness import EVERYTHING, flow

ROLES = {"Admin": "521", "Advertiser": "522", "Analyst": "523", "none": "524"}
TABLE = Path(__file__).with_name("tasks.txt")


def performance(api, _):
    AdAccount("act_13", api=api).get_insights(fields=["spend"])


def create_and_edit(api, _):
    made = AdAccount("act_13", api=api).create_campaign(params={"name": "New", "objective": "OUTCOME_SALES"})
    Campaign(made["id"], api=api).api_update(params={"name": "Newer"})


def audience(api, _):
    AdAccount("act_13", api=api).create_custom_audience(params={"name": "Buyers", "subtype": "CUSTOM"})


def engagement(api, _):
    Page("2102", api=api).get_posts(fields=["message"])


def pause_and_resume(api, running):
    campaign = Campaign(running, api=api)
    campaign.api_update(params={"status": "PAUSED"})
    campaign.api_update(params={"status": "ACTIVE"})


def audit(api, _):
    AdsPixel("3102", api=api).get_da_checks()


# Each task with all permissions that would do, which are left out where they are absent.
TASKS = {
    "performance data": (performance, ["ads_read", "ads_management"]),
    "create and edit ads": (create_and_edit, ["ads_management"]),
    "custom audiences": (audience, ["ads_management", "business_management"]),
    "Page engagement": (engagement, ["pages_read_engagement"]),
    "pause and resume": (pause_and_resume, ["ads_management"]),
    "pixel and server event audit": (audit, ["business_management", "ads_read", "ads_management"]),
}


def outcome(task, api, running):
    try:
        task(api, running)
    except FacebookRequestError as error:
        codes = [error.http_status(), error.api_error_code(), error.api_error_subcode()]
        return "refused " + " ".join(str(one) for one in codes if one is not None)
    return "allowed"


@flow
def the_table_of_tasks_is_as_it_was(world):
    admin = world.api("person:520")
    running = AdAccount("act_13", api=admin).create_campaign(params={"name": "Runs", "objective": "OUTCOME_SALES"})["id"]
    Campaign(running, api=admin).api_update(params={"status": "ACTIVE"})
    lines = []
    for name, (task, scopes) in TASKS.items():
        without = [one for one in EVERYTHING if one not in scopes]
        for role, person in ROLES.items():
            for said, held in [("present", EVERYTHING), ("absent", without)]:
                api = world.api(f"person:{person}", held)
                lines.append(f"{name:<30}{role:<12}{said:<9}{outcome(task, api, running)}")
    table = "\n".join(lines) + "\n"
    if os.environ.get("UPDATE"):
        TABLE.write_text(table)
    assert len(lines) == 48 and table == TABLE.read_text(), table
