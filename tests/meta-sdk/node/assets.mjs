// Assets: who is assigned which tasks, what is made and claimed, groups.
import assert from "node:assert/strict";
import { chapter, every, hidden, ids, node, refused } from "./world.mjs";

const flow = chapter("assets");

const tasksOf = async (asset, business) => Object.fromEntries(
  (await every(asset.getAssignedUsers(["id", "tasks"], { business }))).map((one) => [one.id, one._data.tasks]),
);

flow(async function tasks_are_assigned_replaced_and_taken_away(world) {
  const account = node("AdAccount", "act_12", await world.api("person:501"));
  const ben = node("AdAccount", "act_12", await world.api("person:502"));
  await account.createAssignedUser([], { user: "1001_502", tasks: ["ANALYZE"] });
  assert.deepEqual(await tasksOf(account, "1001"), { "1001_502": ["ANALYZE", "AA_ANALYZE"] });
  assert.equal((await ben.get(["name"])).name, "Autumn");
  await account.createAssignedUser([], { user: "1001_502", tasks: "ADVERTISE,ANALYZE" });
  assert.deepEqual((await ben.get(["user_tasks"]))._data.user_tasks.includes("ADVERTISE"), true);
  await account.deleteAssignedUsers({ user: "1001_502" });
  assert.deepEqual(await tasksOf(account, "1001"), {});
  await hidden(() => ben.get(["name"]));
});

flow(async function combinations_that_are_no_role_are_refused(world) {
  const account = node("AdAccount", "act_12", await world.api("person:501"));
  const assign = (tasks) => () => account.createAssignedUser([], { user: "1001_502", tasks });
  for (const tasks of [["MANAGE"], ["ADVERTISE"], ["MANAGE", "ANALYZE"]]) {
    const error = await refused(assign(tasks), 400, 100, 1752129);
    assert.deepEqual(error.response.error_data.blame_field_specs, [["tasks"]]);
  }
  assert.match((await refused(assign(["READ"]), 400, 100)).message, /must be one of \{MANAGE, ADVERTISE/);
  await refused(assign([]), 400, 100);
  await refused(() => account.createAssignedUser([], { tasks: ["ANALYZE"] }), 400, 100);
  await refused(() => account.createAssignedUser([], { user: "502", tasks: ["ANALYZE"] }), 400, 100);
  await refused(() => account.getAssignedUsers(["id"]), 400, 100);
});

flow(async function on_pages_and_catalogs_a_task_brings_those_below(world) {
  const api = await world.api("person:501");
  const page = node("Page", "2101", api);
  const user = { user: "1001_502", tasks: ["PROFILE_PLUS_MODERATE"] };
  await page.createAssignedUser([], user);
  const held = (await tasksOf(page, "1001"))["1001_502"];
  assert.ok(held.includes("MODERATE") && held.includes("ANALYZE") && !held.includes("MANAGE"), held);
  await page.createAssignedUser([], { user: "1001_502", tasks: ["ANALYZE"] });
  const catalog = node("ProductCatalog", "4101", api);
  await catalog.createAssignedUser([], { user: "6001", tasks: ["MANAGE"] });
  assert.deepEqual((await tasksOf(catalog, "1001"))["6001"], ["MANAGE", "ADVERTISE"]);
  const robot = node("ProductCatalog", "4101", await world.api("system_user:6001"));
  assert.equal((await robot.get(["name"])).name, "Nova's goods");
  await catalog.deleteAssignedUsers({ user: "6001" });
  await hidden(() => robot.get(["name"]));
});

flow(async function pixels_have_tasks_of_their_own(world) {
  const pixel = node("AdsPixel", "3101", await world.api("person:501"));
  const ben = node("AdsPixel", "3101", await world.api("person:502"));
  await hidden(() => ben.get(["name"]));
  await pixel.createAssignedUser([], { user: "1001_502", tasks: ["UPLOAD", "ANALYZE"] });
  assert.equal((await ben.get(["name"])).name, "Nova's pixel");
  assert.ok((await tasksOf(pixel, "1001"))["1001_502"].includes("UPLOAD"));
  const wrong = { user: "1001_502", tasks: ["DRAFT"] };
  await refused(() => pixel.createAssignedUser([], wrong), 400, 100);
  // The SDK has no call for this, the platform has.
  await pixel.getApi().call("DELETE", ["3101", "assigned_users"], { user: "1001_502" });
  await hidden(() => ben.get(["name"]));
});

flow(async function assigned_lists_show_assignments_only(world) {
  const ada = await world.api("person:501");
  const ben = await world.api("person:502");
  const robot = await world.api("system_user:6001");
  assert.deepEqual(await ids(node("BusinessUser", "1001_502", ada).getAssignedAdAccounts(["id"])), ["act_11"]);
  assert.deepEqual(await ids(node("SystemUser", "6001", ada).getAssignedAdAccounts(["id"])), ["act_11"]);
  assert.deepEqual(await ids(node("User", "me", ben).getAdAccounts(["id"])), ["act_11"]);
  assert.deepEqual(await ids(node("User", "me", ada).getAdAccounts(["id"])), []);
  assert.deepEqual(await ids(node("User", "me", robot).getAdAccounts(["id"])), ["act_11"]);
  const pages = await every(node("User", "me", ben).getAccounts(["id", "name", "tasks"]));
  assert.deepEqual(pages.map((one) => [one.id, one._data.tasks]), [["2101", ["ANALYZE"]]]);
  await hidden(() => node("User", "501", ben).getAdAccounts(["id"]));
});

flow(async function an_employee_sees_only_what_is_assigned(world) {
  const ben = await world.api("person:502");
  for (const [kind, id] of [["AdAccount", "act_12"], ["AdsPixel", "3101"], ["ProductCatalog", "4101"]]) {
    await hidden(() => node(kind, id, ben).get(["name"]));
  }
  const account = node("AdAccount", "act_12", ben);
  assert.deepEqual(await tasksOf(account, "1001"), {});
  await refused(() => account.createAgency([], { business: "2001", permitted_tasks: ["ANALYZE"] }), 403, 200);
});

flow(async function a_refusal_is_told_by_its_id_to_whom_it_concerns(world) {
  const ben = await world.api("person:502");
  const error = await hidden(() => node("AdAccount", "act_12", ben).get(["name"]));
  const path = `/api/v1/explanations/${error.response.fbtrace_id}`;
  const [status, told] = await world.get(path, ben.accessToken);
  assert.equal(status, 200, JSON.stringify(told));
  assert.equal(told.explanation.first_reason, "ASSET_NOT_ASSIGNED");
  assert.ok(told.remedies[0].steps[0].command["assignment.give"], JSON.stringify(told.remedies));
  assert.equal((await world.get(path, await world.session("person:501")))[0], 200);
  assert.equal((await world.get(path, await world.session("person:505")))[0], 404);
});

flow(async function assets_are_made_by_admins(world) {
  const business = node("Business", "1001", await world.api("person:501"));
  const params = () => ({
    name: "Winter", currency: "USD", timezone_id: 1,
    end_advertiser: "NONE", media_agency: "NONE", partner: "NONE",
  });
  const made = await business.createAdAccount([], params());
  assert.match(made.id, /^act_\d+$/);
  assert.equal(made._data.business_id, "1001");
  assert.ok((await ids(business.getOwnedAdAccounts(["id"]))).includes(made.id));
  await refused(() => business.createAdAccount([], { ...params(), currency: undefined }), 400, 100);
  const pixel = await business.createAdsPixel([], { name: "Second pixel" });
  assert.ok((await ids(business.getOwnedPixels(["id"]))).includes(pixel.id));
  const catalog = await business.createOwnedProductCatalog([], { name: "Second goods" });
  assert.ok((await ids(business.getOwnedProductCatalogs(["id"]))).includes(catalog.id));
  const ben = node("Business", "1001", await world.api("person:502"));
  await refused(() => ben.createAdsPixel([], { name: "Ben's" }), 403, 10);
  await refused(() => ben.createOwnedProductCatalog([], { name: "Ben's" }), 403, 10);
});

flow(async function what_is_claimed_has_to_be_known_to_its_owner(world) {
  const business = node("Business", "1001", await world.api("person:501"));
  const asked = await business.createOwnedAdAccount([], { adaccount_id: "act_41" });
  assert.equal(asked._data.access_status, "PENDING");
  const none = await business.createOwnedAdAccount([], { adaccount_id: "act_4199" });
  assert.equal(none._data.access_status, "PENDING");
  await refused(() => business.createOwnedAdAccount([], {}), 400, 100);
  const ben = node("Business", "1001", await world.api("person:502"));
  await refused(() => ben.createOwnedPage([], { page_id: "2101" }), 403, 10);
});

flow(async function groups_hold_assets(world) {
  const api = await world.api("person:501");
  const groups = await every(node("Business", "1001", api).getBusinessAssetGroups(["id", "name"]));
  assert.deepEqual(groups.map((one) => [one.id, one.name]), [["8001", "Summer"]]);
  const group = node("BusinessAssetGroup", "8001", api);
  assert.deepEqual(await ids(group.getContainedAdAccounts()), ["act_12"]);
  for (const [kind, asset] of [["Page", "2101"], ["Pixel", "3101"], ["ProductCatalog", "4101"]]) {
    await group[`createContained${kind}`]([], { asset_id: asset });
    assert.deepEqual(await ids(group[`getContained${kind}s`]()), [asset]);
    await group[`deleteContained${kind}s`]({ asset_id: asset });
    assert.deepEqual(await ids(group[`getContained${kind}s`]()), []);
  }
  await refused(() => group.createContainedPage([], {}), 400, 100);
  const ben = node("BusinessAssetGroup", "8001", await world.api("person:502"));
  await refused(() => ben.createContainedPage([], { asset_id: "2101" }), 403, 10);
});

flow(async function what_a_group_brings_an_asset_cannot_lower(world) {
  const api = await world.api("person:501");
  const ben = await world.api("person:502");
  const account = node("AdAccount", "act_12", ben);
  await hidden(() => account.get(["name"]));
  const on = { holder: "person:502", on: "group:8001", terms: { ad_account: ["analyst"] } };
  await world.do("person:501", "assignment.give", on);
  assert.equal((await account.get(["name"])).name, "Autumn");
  assert.deepEqual(await ids(node("BusinessAssetGroup", "8001", api).getAssignedUsers([], { business: "1001" })), ["1001_502"]);
  assert.deepEqual(await ids(node("User", "me", ben).getAssignedBusinessAssetGroups(["id"])), ["8001"]);
  assert.ok((await ids(node("User", "me", ben).getAdAccounts(["id"]))).includes("act_12"));
  const removed = () => node("AdAccount", "act_12", api).deleteAssignedUsers({ user: "1001_502" });
  await assert.rejects(removed, { name: "FacebookRequestError" });
  assert.equal((await account.get(["name"])).name, "Autumn");
  await node("BusinessAssetGroup", "8001", api).deleteContainedAdAccounts({ asset_id: "act_12" });
  await hidden(() => account.get(["name"]));
  await node("BusinessAssetGroup", "8001", api).createContainedAdAccount([], { asset_id: "act_12" });
  await world.do("person:501", "assignment.revoke", { holder: "person:502", on: "group:8001" });
});

flow(async function an_assignment_is_revoked_for_a_system_user_on_the_next_call(world) {
  const ada = node("AdAccount", "act_11", await world.api("person:501"));
  const robot = node("AdAccount", "act_11", await world.api("system_user:6001"));
  assert.equal((await robot.get(["name"])).name, "Spring");
  await ada.deleteAssignedUsers({ user: "6001" });
  await hidden(() => robot.get(["name"]));
  await ada.createAssignedUser([], { user: "6001", tasks: ["ADVERTISE", "ANALYZE"] });
  assert.equal((await robot.get(["name"])).name, "Spring");
});
