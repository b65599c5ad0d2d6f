// Partners: what is shared, how far their own people reach, and how it ends from either side.
import assert from "node:assert/strict";
import { chapter, every, hidden, ids, node, refused } from "./world.mjs";

const flow = chapter("partners");

async function sides(world, asset = "act_12") {
  const ada = await world.api("person:501");
  const cleo = await world.api("person:503");
  return {
    owner: node("Business", "1001", ada),
    agency: node("Business", "2001", cleo),
    account: node("AdAccount", asset, ada),
    theirs: node("AdAccount", asset, cleo),
    dan: node("AdAccount", asset, await world.api("person:504")),
  };
}

const share = (account, ...tasks) => account.createAgency([], { business: "2001", permitted_tasks: tasks });
const accept = (world) => world.do("person:503", "share.accept", { of: "asset:act_12", to: "2001" });

flow(async function a_share_reaches_the_partners_people_and_ends_at_once(world) {
  const { owner, agency, account, theirs, dan } = await sides(world);
  await share(account, "ADVERTISE", "ANALYZE");
  await settle(world, account);
  const clients = await every(agency.getClientAdAccounts(["id", "permitted_tasks"]));
  const mine = clients.find((one) => one.id === "act_12");
  assert.ok(mine._data.permitted_tasks.includes("ADVERTISE"));
  const told = await every(account.getAgencies(["id", "permitted_tasks", "access_status"]));
  assert.deepEqual(told.map((one) => [one.id, one._data.access_status]), [["2001", "CONFIRMED"]]);
  assert.deepEqual(await ids(owner.getAgencies()), ["2001"]);
  assert.deepEqual(await ids(agency.getClients()), ["1001"]);
  await theirs.createAssignedUser([], { user: "2001_504", tasks: ["ADVERTISE", "ANALYZE"] });
  assert.equal((await dan.get(["name"])).name, "Autumn");
  await account.deleteAgencies({ business: "2001" });
  await hidden(() => dan.get(["name"]));
  assert.deepEqual(await ids(account.getAgencies()), []);
});

// A share may have to be accepted by the partner.
async function settle(world, account) {
  const [one] = await every(account.getAgencies(["id", "access_status"]));
  if (one._data.access_status === "PENDING") await accept(world);
}

flow(async function a_partner_gives_its_people_no_more_than_it_has(world) {
  const { account, theirs, dan } = await sides(world);
  await share(account, "ANALYZE");
  await settle(world, account);
  const assign = (...tasks) => theirs.createAssignedUser([], { user: "2001_504", tasks });
  await assert.rejects(() => assign("ADVERTISE", "ANALYZE"), { name: "FacebookRequestError" });
  await assert.rejects(() => assign("MANAGE", "ADVERTISE", "ANALYZE"), { name: "FacebookRequestError" });
  await hidden(() => dan.get(["name"]));
  await assign("ANALYZE");
  assert.equal((await dan.get(["name"])).name, "Autumn");
  await account.deleteAgencies({ business: "2001" });
});

flow(async function a_smaller_share_lowers_what_people_have(world) {
  const { account, theirs, dan } = await sides(world);
  await share(account, "ADVERTISE", "ANALYZE");
  await settle(world, account);
  await theirs.createAssignedUser([], { user: "2001_504", tasks: ["ADVERTISE", "ANALYZE"] });
  const pixels = () => dan.getAdsPixels(["id"]);
  await pixels();
  await share(account, "DRAFT");
  await refused(pixels, 403, 200);
  await share(account, "ADVERTISE", "ANALYZE");
  await pixels();
  await account.deleteAgencies({ business: "2001" });
});

flow(async function a_partner_passes_nothing_on(world) {
  const { account, theirs } = await sides(world, "act_11");
  const on = { business: "4001", permitted_tasks: ["ANALYZE"] };
  await refused(() => theirs.createAgency([], on), 403, 200);
  await refused(() => theirs.getAgencies(), 403, 200);
  await refused(() => theirs.deleteAgencies({ business: "2001" }), 403, 200);
  assert.deepEqual(await ids(account.getAgencies()), ["2001"]);
});

flow(async function each_side_can_end_it_and_both_see_that(world) {
  const { owner, agency, account, theirs } = await sides(world);
  const both = async () => [
    (await ids(account.getAgencies())).includes("2001"),
    (await ids(agency.getClientAdAccounts(["id"]))).includes("act_12"),
  ];
  for (const end of [
    () => account.deleteAgencies({ business: "2001" }),
    () => agency.deleteAdAccounts({ adaccount_id: "act_12" }),
  ]) {
    await share(account, "ANALYZE");
    await settle(world, account);
    assert.deepEqual(await both(), [true, true]);
    await end();
    assert.deepEqual(await both(), [false, false]);
    await hidden(() => theirs.get(["name"]));
  }
  await refused(() => agency.deleteAdAccounts({ adaccount_id: "act_12" }), 400, 100, 33);
  assert.deepEqual(await ids(owner.getAgencies()), ["2001"]);
});

flow(async function combinations_and_partners_that_are_none_are_refused(world) {
  const { account } = await sides(world);
  await refused(() => share(account, "MANAGE"), 400, 100, 1752129);
  await refused(() => share(account, "READ"), 400, 100);
  await refused(() => account.createAgency([], { permitted_tasks: ["ANALYZE"] }), 400, 100);
  const nobody = { business: "4999", permitted_tasks: ["ANALYZE"] };
  await assert.rejects(() => account.createAgency([], nobody), { name: "FacebookRequestError" });
  await hidden(() => account.deleteAgencies({ business: "4001" }));
});

flow(async function pages_and_pixels_are_shared_too(world) {
  const { owner, agency } = await sides(world);
  const api = owner.getApi();
  for (const [kind, id, edge] of [["Page", "2101", "getClientPages"], ["AdsPixel", "3101", "getClientPixels"]]) {
    const asset = node(kind, id, api);
    await asset.createAgency([], { business: "2001", permitted_tasks: ["ANALYZE"] });
    if (!(await ids(agency[edge](["id"]))).includes(id)) {
      await world.do("person:503", "share.accept", { of: `asset:${id}`, to: "2001" });
    }
    assert.deepEqual(await ids(agency[edge](["id"])), [id]);
    await asset.deleteAgencies({ business: "2001" });
    assert.deepEqual(await ids(agency[edge](["id"])), []);
  }
});

flow(async function a_partner_is_dropped_from_everything_and_sees_nothing(world) {
  const { owner, agency, dan } = await sides(world, "act_11");
  assert.equal((await dan.get(["name"])).name, "Spring");
  await owner.deleteAgencies({ business: "2001" });
  await hidden(() => dan.get(["name"]));
  assert.deepEqual(await ids(owner.getAgencies()), []);
  assert.deepEqual(await ids(agency.getClients()), []);
});
