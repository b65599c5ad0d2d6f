// Marketing objects: campaigns to posts, as far as access goes.
import assert from "node:assert/strict";
import sdk from "facebook-nodejs-business-sdk";
import { EVERYTHING, chapter, every, hidden, ids, node, refused } from "./world.mjs";

const flow = chapter("market");
const PAGE_SCOPES = [
  ...EVERYTHING, "pages_manage_posts", "pages_manage_engagement", "pages_manage_ads", "read_insights",
];

const campaign = (api, fields = {}, account = "act_11") => node("AdAccount", account, api).createCampaign(
  [], { name: "Spring", objective: "OUTCOME_SALES", special_ad_categories: [], ...fields },
);

flow(async function what_is_made_starts_paused_whatever_was_asked(world) {
  const api = await world.api("person:501");
  const made = await campaign(api, { status: "ACTIVE", daily_budget: 5000 });
  const told = await node("Campaign", made.id, api).get(["name", "status", "effective_status", "daily_budget"]);
  assert.deepEqual([told.status, told.effective_status, told.daily_budget], ["PAUSED", "PAUSED", "5000"]);
  assert.ok((await ids(node("AdAccount", "act_11", api).getCampaigns(["id"]))).includes(made.id));
});

flow(async function a_campaign_has_ad_sets_and_they_have_ads(world) {
  const api = await world.api("person:501");
  const account = node("AdAccount", "act_11", api);
  const top = await campaign(api);
  const middle = await account.createAdSet([], { name: "Berlin", campaign_id: top.id });
  const creative = await account.createAdCreative([], { name: "Blue", title: "Shoes" });
  const leaf = await account.createAd(
    [], { name: "Shoes", adset_id: middle.id, creative: { creative_id: creative.id } },
  );
  assert.deepEqual(await ids(node("Campaign", top.id, api).getAdSets(["id"])), [middle.id]);
  assert.deepEqual(await ids(node("AdSet", middle.id, api).getAds(["id"])), [leaf.id]);
  await node("Campaign", top.id, api).delete([]);
  await hidden(() => node("Ad", leaf.id, api).get(["id"]));
});

flow(async function who_reads_the_figures_makes_no_campaign(world) {
  const ben = await world.api("person:502");
  await refused(() => campaign(ben), 403, 200);
  const without = await world.api("person:501", { scopes: ["ads_read", "business_management"] });
  await refused(() => campaign(without), 403, 294);
  const eve = await world.api("person:505");
  await refused(() => campaign(eve), 403, 200);
  await refused(() => node("AdAccount", "act_11", eve).getCampaigns(["id"]), 403, 200);
});

flow(async function to_pause_is_for_advertisers_and_to_read_for_analysts(world) {
  const api = await world.api("person:501");
  const made = await campaign(api, { daily_budget: 1000 });
  await node("Campaign", made.id, api).update([], { status: "ACTIVE" });
  const ben = await world.api("person:502");
  await refused(() => node("Campaign", made.id, ben).update([], { status: "PAUSED" }), 403, 200);
  await node("Campaign", made.id, await world.api("person:504")).update([], { status: "PAUSED" });
  assert.equal((await node("Campaign", made.id, ben).get(["status"])).status, "PAUSED");
  await refused(() => node("Campaign", made.id, api).update([], { status: "RUNNING" }), 400, 100);
});

flow(async function a_campaign_of_somebody_else_sounds_like_none(world) {
  const there = await campaign(await world.api("person:501"));
  const sam = await world.api("person:507");
  for (const id of [there.id, "2000000000000001"]) {
    await hidden(() => node("Campaign", id, sam).get(["name"]));
    await hidden(() => node("Campaign", id, sam).update([], { name: "Mine" }));
    await hidden(() => node("Campaign", id, sam).delete([]));
    await hidden(() => node("Campaign", id, sam).getInsights(["spend"]));
  }
});

flow(async function a_smaller_share_stops_a_partners_campaigns_on_the_next_call(world) {
  const owner = node("AdAccount", "act_11", await world.api("person:501"));
  const dan = await world.api("person:504");
  const made = node("Campaign", (await campaign(dan, { daily_budget: 700 })).id, dan);
  await made.update([], { daily_budget: 900 });
  await owner.createAgency([], { business: "2001", permitted_tasks: ["ANALYZE"] });
  await refused(() => node("Campaign", made.id, dan).update([], { daily_budget: 1000 }), 403, 200);
  assert.equal((await node("Campaign", made.id, dan).get(["daily_budget"])).daily_budget, "900");
  await owner.createAgency([], { business: "2001", permitted_tasks: ["ADVERTISE", "ANALYZE"] });
  await node("Campaign", made.id, dan).update([], { daily_budget: 1000 });
});

flow(async function settings_and_audiences_are_the_admins(world) {
  const owner = node("AdAccount", "act_11", await world.api("person:501"));
  const dan = node("AdAccount", "act_11", await world.api("person:504"));
  await owner.update([], { spend_cap: 100000 });
  await refused(() => dan.update([], { spend_cap: 1 }), 403, 200);
  const said = () => ({ name: "Buyers", subtype: "CUSTOM" });
  await refused(() => dan.createCustomAudience([], said()), 403, 200);
  const made = await owner.createCustomAudience([], said());
  assert.ok((await ids(owner.getCustomAudiences(["id"]))).includes(made.id));
  await refused(() => node("CustomAudience", made.id, dan.getApi()).delete([]), 403, 200);
  await node("CustomAudience", made.id, owner.getApi()).delete([]);
});

flow(async function events_are_counted_by_name(world) {
  const pixel = node("AdsPixel", "3101", await world.api("person:501"));
  const sent = await pixel.createEvent([], { data: [{ event_name: "Purchase", event_time: 1 }] });
  assert.equal(sent._data.events_received, 1);
  const [stats] = await every(pixel.getStats());
  assert.equal(stats._data.data.find((one) => one.value === "Purchase").count, 1);
  const ben = node("AdsPixel", "3101", await world.api("person:502"));
  await assert.rejects(() => ben.createEvent([], { data: [] }), { name: "FacebookRequestError" });
  await refused(() => pixel.createEvent([], { data: [{ event_time: 1 }] }), 400, 100);
});

flow(async function the_sdks_own_event_requests_are_taken(world) {
  const token = await world.token("person:501");
  const bought = new sdk.ServerEvent().setEventName("Purchase").setEventTime(Math.floor(Date.now() / 1000));
  bought.setUserData(new sdk.UserData().setEmail("a@nova.example"));
  const answer = await new sdk.EventRequest(token, "3101").setEvents([bought]).execute();
  assert.equal(answer.events_received, 1);
});

flow(async function a_catalog_has_items_and_sets(world) {
  const catalog = node("ProductCatalog", "4101", await world.api("person:501"));
  const shoe = () => ({ retailer_id: "shoe-1", name: "Shoe", price: 9900, currency: "EUR" });
  const made = await catalog.createProduct([], shoe());
  await refused(() => catalog.createProduct([], shoe()), 400, 100);
  assert.deepEqual(await ids(catalog.getProducts(["id"])), [made.id]);
  const filter = { retailer_id: { eq: "shoe-1" } };
  const feet = await catalog.createProductSet([], { name: "Feet", filter });
  assert.equal((await node("ProductSet", feet.id, catalog.getApi()).get(["name"])).name, "Feet");
  await node("ProductItem", made.id, catalog.getApi()).delete([]);
  await hidden(async () => node("ProductCatalog", "4101", await world.api("person:505")).getProducts(["id"]));
});

flow(async function a_page_publishes_with_its_own_token(world) {
  const user = node("Page", "2101", await world.api("person:501", { scopes: PAGE_SCOPES }));
  await refused(() => user.createFeed([], { message: "Hello" }), 403, 210);
  const scopes = ["pages_read_engagement", "pages_manage_posts", "pages_manage_engagement"];
  const targets = Object.fromEntries(scopes.map((one) => [one, ["2101"]]));
  const page = await world.api("person:501", { scopes, targets, kind: "page" });
  const made = await node("Page", "2101", page).createFeed([], { message: "Hello" });
  const ben = node("Page", "2101", await world.api("person:502", { scopes: PAGE_SCOPES }));
  const posts = await every(ben.getPosts(["message"]));
  assert.deepEqual(posts.map((one) => [one.id, one.message]), [[made.id, "Hello"]]);
  await hidden(async () => node("PagePost", made.id, await world.api("person:505")).get(["message"]));
  await node("PagePost", made.id, page).delete([]);
  assert.deepEqual(await every(ben.getPosts(["message"])), []);
});
