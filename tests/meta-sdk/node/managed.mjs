// Acting on behalf of a client, agreements to share, and requests with their answers.
import assert from "node:assert/strict";
import { chapter, every, hidden, ids, node, refused } from "./world.mjs";

const flow = chapter("managed");
// The SDK writes into what it is given, the token too: each call has its own.
const named = () => ({ existing_client_business_id: "1001" });
const wanted = () => ({ app_id: "7001", scope: ["ads_read", "pages_show_list"] });

// The agency's admin system user, which is made once.
async function desk(world) {
  const cleo = await world.api("person:503");
  const users = await every(node("Business", "2001", cleo).getSystemUsers(["id", "role"]));
  let robot = users.find((one) => one._data.role === "ADMIN")?.id;
  if (!robot) {
    const make = { business: "2001", role: "admin", name: "Desk" };
    robot = (await world.do("person:503", "system_user.create", make)).made;
    await world.do("person:503", "app.install", { app: "7001", system_user: robot });
  }
  return world.api(`system_user:${robot}`, { by: "person:503" });
}

flow(async function a_partner_acts_for_a_client_until_the_client_ends_it(world) {
  const ada = await world.api("person:501");
  const robot = await desk(world);
  const [partner, client] = [node("Business", "2001", ada), node("Business", "1001", robot)];
  await hidden(() => client.createAccessToken([], wanted()));
  const started = await partner.createManagedBusiness([], named());
  assert.equal(started.id, "1001");
  await refused(() => partner.createManagedBusiness([], named()), 400, 42004);
  const managed = await robot.call("GET", ["2001", "managed_businesses"]);
  assert.deepEqual(managed.data, [{ id: "1001", name: "Nova Shop" }]);
  const token = (await client.createAccessToken([], wanted()))._data.access_token;
  const acting = world.of(token);
  const me = await node("SystemUser", "me", acting).get(["id", "name"]);
  assert.equal(me.name, "Nova Shop SYSTEM USER");
  assert.deepEqual(await ids(node("User", "me", acting).getAccounts(["id"])), []);
  await node("Page", "2101", ada).createAssignedUser([], { user: me.id, tasks: ["ANALYZE"] });
  assert.deepEqual(await ids(node("User", "me", acting).getAccounts(["id"])), ["2101"]);
  await hidden(() => node("Page", "2101", robot).get(["name"]));
  await hidden(() => client.get(["name"]));
  await partner.deleteManagedBusinesses(named());
  await refused(() => node("SystemUser", "me", acting).get(["id"]), 400, 190, 492);
  await hidden(() => client.createAccessToken([], wanted()));
  await hidden(() => partner.deleteManagedBusinesses(named()));
});

flow(async function nobody_but_the_clients_admin_begins_it(world) {
  for (const who of ["person:502", "person:505", "person:507"]) {
    const api = await world.api(who);
    await hidden(() => node("Business", "2001", api).createManagedBusiness([], named()));
    await hidden(() => node("Business", "2999", api).createManagedBusiness([], named()));
  }
  const cleo = await world.api("person:503");
  await refused(() => node("Business", "2001", cleo).createManagedBusiness([], named()), 403, 200);
  await refused(() => node("Business", "2001", cleo).createManagedBusiness([], {}), 400, 100);
});

flow(async function an_agreement_is_answered_by_the_other_side(world) {
  const [ada, pia] = [await world.api("person:501"), await world.api("person:506")];
  const page = node("Page", "2101", ada);
  await page.createAgency([], { business: "3001", permitted_tasks: ["ANALYZE"] });
  const [network, shop] = [node("Business", "3001", pia), node("Business", "1001", ada)];
  const status = { request_status: "PENDING" };
  assert.deepEqual(await ids(network.getReceivedAudienceSharingRequests(["id"], status)), ["1001_3001"]);
  const mine = await every(shop.getInitiatedAudienceSharingRequests(["id", "request_status"], { recipient_id: "3001" }));
  assert.deepEqual(mine.map((one) => [one.id, one.request_status]), [["1001_3001", "PENDING"]]);
  const answer = (api) => node("BusinessAssetSharingAgreement", "1001_3001", api).update([], { request_response: "APPROVE" });
  await hidden(() => answer(ada));
  await hidden(async () => answer(await world.api("person:505")));
  await answer(pia);
  assert.deepEqual(await ids(network.getReceivedAudienceSharingRequests(["id"], status)), []);
  await page.deleteAgencies({ business: "3001" });
});

flow(async function a_request_on_behalf_is_seen_by_the_owner_and_taken_back_by_who_asked(world) {
  const [ada, cleo] = [await world.api("person:501"), await world.api("person:503")];
  const ask = { from: "2001", asset: "act_12", asset_kind: "ad_account", terms: { ad_account: ["analyst"] } };
  const { made } = await world.do("person:503", "request.make", ask);
  const account = node("AdAccount", "act_12", ada);
  const told = await every(account.getOnBehalfRequests(["id", "status", "requesting_business"], { status: "PENDING" }));
  assert.deepEqual(told.map((one) => [one.id, one.requesting_business.id]), [[made, "2001"]]);
  const stranger = node("AdAccount", "act_12", await world.api("person:505"));
  await refused(() => every(stranger.getOnBehalfRequests(["id"])), 403, 200);
  await hidden(() => ada.call("DELETE", [made]));
  await cleo.call("DELETE", [made]);
  assert.deepEqual(await ids(account.getOnBehalfRequests(["id"])), []);
});
