// What goes over the wire: paths, pages, fields, several at once.
import assert from "node:assert/strict";
import sdk from "facebook-nodejs-business-sdk";
import { chapter, every, hidden, ids, node, refused } from "./world.mjs";

const accounts = Array.from({ length: 300 }, (_, n) => [`act_9${String(n).padStart(3, "0")}`, "3001"]);
const flow = chapter("wire", { accounts });

flow(async function three_hundred_items_come_by_following_next_as_it_is(world) {
  const network = node("Business", "3001", await world.api("person:506"));
  const cursor = await network.getOwnedAdAccounts(["id"], { limit: 37, summary: true });
  assert.equal(cursor.summary.total_count, 300);
  assert.ok(cursor.paging.next.startsWith(`${world.base}/meta/v24.0/3001/owned_ad_accounts?`));
  const found = [...cursor].map((one) => one.id);
  while (cursor.hasNext()) found.push(...(await cursor.next()).map((one) => one.id));
  assert.deepEqual(found, accounts.map(([id]) => id));
  await assert.rejects(() => cursor.next(), RangeError);
  const back = await cursor.previous();
  assert.deepEqual(back.map((one) => one.id), found.slice(-4 - 37, -4));
  await refused(() => network.getOwnedAdAccounts([], { limit: "many" }), 400, 100);
  await refused(() => network.getOwnedAdAccounts([], { after: "?" }), 400, 100);
});

flow(async function a_next_page_needs_the_right_as_the_first_did(world) {
  const api = await world.api("person:506");
  const cursor = await node("Business", "3001", api).getOwnedAdAccounts(["id"], { limit: 100 });
  await node("User", "me", api).deletePermissions({});
  await refused(() => cursor.next(), 400, 190, 458);
});

flow(async function several_nodes_in_one_read(world) {
  const api = await world.api("person:501");
  const told = await api.call("GET", [""], { ids: "act_11,1001", fields: "name" });
  assert.deepEqual(Object.keys(told).sort(), ["1001", "act_11"]);
  assert.equal(told.act_11.name, "Spring");
  const made = await sdk.AdAccount.getByIds(["act_11", "act_12"], ["name"], {}, api);
  assert.equal(made.length, 2);
  await hidden(() => sdk.AdAccount.getByIds(["act_11", "act_41"], ["name"], {}, api));
  const many = Array(51).fill("1001");
  await refused(() => sdk.Business.getByIds(many, [], {}, api), 400, 100);
});

flow(async function a_batch_answers_each_by_itself(world) {
  const api = await world.api("person:501");
  const batch = new sdk.FacebookAdsApiBatch(api);
  const came = [];
  const keep = (response) => came.push(response);
  batch.add("GET", ["act_11"], { fields: "name" }, undefined, keep, keep);
  batch.add("GET", ["act_41"], { fields: "name" }, undefined, keep, keep);
  // The SDK writes lists into the body as they are, without escaping them.
  const tasks = { user: "1001_502", tasks: ["ADVERTISE", "ANALYZE"] };
  batch.add("POST", ["act_12", "assigned_users"], tasks, undefined, keep, keep);
  batch.add("POST", ["act_12", "assigned_users"], { user: "1001_502", tasks: ["MANAGE"] }, undefined, keep, keep);
  const request = new sdk.APIRequest("1001", "GET", "/agencies");
  request.addFields(["id", "name"]);
  batch.addRequest(request, keep, keep);
  batch.add("DELETE", ["act_12", "assigned_users"], { user: "1001_502" }, undefined, keep, keep);
  assert.equal(await batch.execute(), null);
  assert.deepEqual(came.map((one) => one.status), [200, 400, 200, 400, 200, 200]);
  assert.equal(came[0].body.name, "Spring");
  assert.equal(came[1].error.name, "FacebookRequestError");
  assert.deepEqual([came[1].error.status, came[1].error.response.error.error_subcode], [400, 33]);
  assert.equal(came[3].error.response.error.error_subcode, 1752129);
  assert.deepEqual(came[4].body.data.map((one) => one.id), ["2001"]);
});

flow(async function a_batch_has_fifty_calls_at_most(world) {
  const batch = new sdk.FacebookAdsApiBatch(await world.api("person:501"));
  for (let n = 0; n < 51; n += 1) batch.add("GET", ["me"]);
  await refused(() => batch.execute(), 400, 100);
  const dead = new sdk.FacebookAdsApiBatch(world.of("nonsense"));
  let failed;
  dead.add("GET", ["me"], {}, undefined, undefined, (response) => (failed = response.error));
  await dead.execute();
  assert.deepEqual([failed.status, failed.response.error.code], [401, 190]);
});

flow(async function paths_and_methods_that_are_none(world) {
  const api = await world.api("person:501");
  await refused(() => api.call("GET", ["1001", "nonsense"]), 400, 2500);
  await refused(() => api.call("GET", ["1001", "agencies", "more"]), 400, 2500);
  await refused(() => api.call("POST", ["1001", "agencies"]), 400, 100);
  await refused(() => api.call("GET", ["1001", "adaccount"]), 400, 100);
  await refused(() => api.call("PUT", ["1001"]), 400, 100);
  await hidden(() => api.call("GET", ["nobody-at-all"]));
  const at = (version) => `${world.base}/meta/${version}/me?access_token=${api.accessToken}`;
  await refused(() => api.call("GET", at("v19.0")), 400, 2635);
  for (const version of ["v24.0", "v26.0", ""]) {
    assert.equal((await api.call("GET", at(version))).id, "501");
  }
});

flow(async function fields_are_given_nested_and_named(world) {
  const business = node("Business", "1001", await world.api("person:501"));
  const told = await business.get([
    "id", "name", "verification_status", "timezone_id", "created_time",
    "owned_ad_accounts.limit(1).as(first){id,name,owner_business{id,name}}",
  ]);
  assert.equal(told.verification_status, "verified");
  assert.deepEqual(told._data.first.data[0].owner_business, { id: "1001", name: "Nova Shop" });
  assert.ok(told._data.first.paging.next.includes("/1001/owned_ad_accounts?"));
  const plain = node("Business", "1001", business.getApi());
  assert.deepEqual(Object.keys((await plain.get([]))._data).sort(), ["id", "name"]);
  await refused(() => business.get(["nonsense"]), 400, 100);
  await refused(() => business.get(["name{"]), 400, 2500);
});

flow(async function the_sdk_asks_which_app_it_is(world) {
  const api = await world.api("person:505", { scopes: ["ads_read"] });
  const answer = await api.getAppID();
  assert.equal(answer.data.data.app_id, "7001");
  // It reports its own crashes without a token.
  const report = `${world.base}/meta/v24.0/7001/instruments`;
  const body = { bizsdk_crash_report: { reason: "x", callstack: [], platform: "node" } };
  assert.deepEqual(await world.post(report.slice(world.base.length), body), { success: true });
});

flow(async function unknown_and_forbidden_sound_alike(world) {
  const api = await world.api("person:502");
  const pairs = [["act_41", "act_99"], ["4001", "4999"], ["4001_507", "4001_599"], ["507", "599"]];
  for (const [there, absent] of pairs) {
    const said = [];
    for (const one of [there, absent]) {
      const business = node("Business", one, api);
      const user = { user: "1001_502", tasks: ["ANALYZE"] };
      const calls = [
        () => business.get([]), () => api.call("DELETE", [one]), () => business.getBusinessUsers(),
        () => business.getAgencies(), () => business.createSystemUser([], { name: "x" }),
        () => node("AdAccount", one, api).createAssignedUser([], user),
        () => node("AdAccount", one, api).getAssignedUsers([], { business: "1001" }),
      ];
      const mine = [];
      for (const call of calls) {
        const error = await call().then(() => assert.fail("not refused"), (error) => error);
        const body = { ...error.response, fbtrace_id: "", http: error.status };
        mine.push(JSON.stringify(body).replaceAll(one, "ID"));
      }
      said.push(mine);
    }
    assert.deepEqual(said[0], said[1]);
  }
});

flow(async function an_edge_that_is_empty_is_a_list(world) {
  const api = await world.api("person:501");
  const cursor = await node("Business", "1001", api).getPendingUsers(["id"], { summary: true });
  assert.equal(cursor.length, 0);
  assert.equal(cursor.summary.total_count, 0);
  assert.equal(cursor.hasNext(), false);
  assert.deepEqual(await ids(node("Business", "1001", api).getClients()), []);
  assert.deepEqual(await every(node("Business", "1001", api).getBusinessProjects()), []);
});
