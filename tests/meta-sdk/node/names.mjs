// New names, invitations that are changed, and what an app has beside its roles.
import assert from "node:assert/strict";
import { chapter, every, hidden, ids, node, refused } from "./world.mjs";

const flow = chapter("names");

async function renamed(one, name) {
  await one.update([], { name });
  assert.equal((await one.get(["name"])).name, name);
}

flow(async function whoever_manages_a_thing_renames_it(world) {
  const ada = await world.api("person:501");
  const things = [["AdAccount", "act_12", "Autumn"], ["Page", "2101", "Nova"], ["AdsPixel", "3101", "Nova's pixel"],
    ["ProductCatalog", "4101", "Nova's goods"], ["BusinessAssetGroup", "8001", "Summer"]];
  for (const [kind, id, was] of things) {
    await renamed(node(kind, id, ada), "A new name");
    await renamed(node(kind, id, ada), was);
  }
  const ben = await world.api("person:502");
  await refused(() => node("AdAccount", "act_11", ben).update([], { name: "Ben's" }), 403, 200);
  await refused(() => node("BusinessAssetGroup", "8001", ben).update([], { name: "Ben's" }), 403, 10);
  await hidden(() => node("ProductCatalog", "4101", ben).update([], { name: "Ben's" }));
  const reads = await world.api("person:501", { scopes: ["ads_read", "business_management"] });
  await refused(() => node("AdAccount", "act_12", reads).update([], { name: "x" }), 403, 200);
});

flow(async function an_invitation_is_changed_before_it_is_accepted(world) {
  const ada = await world.api("person:501");
  const business = node("Business", "1001", ada);
  const made = await business.createBusinessUser([], { email: "late@shop.example", role: "EMPLOYEE" });
  const request = node("BusinessRoleRequest", made.id, ada);
  await request.update([], { role: "ADMIN" });
  const told = await request.get(["role", "status", "created_by"]);
  assert.deepEqual([told.role, told.status, told.created_by.id], ["ADMIN", "PENDING", "1001_501"]);
  const ben = node("BusinessRoleRequest", made.id, await world.api("person:502"));
  await refused(() => ben.update([], { role: "EMPLOYEE" }), 403, 10);
  await refused(() => request.update([], { role: "KING" }), 400, 100);
  await ada.call("DELETE", [made.id]);
  await hidden(() => request.update([], { role: "EMPLOYEE" }));
});

flow(async function an_app_is_claimed_by_who_administers_both(world) {
  const ada = node("Business", "1001", await world.api("person:501"));
  assert.equal((await ada.createOwnedApp([], { app_id: "7030" })).access_status, "CONFIRMED");
  await refused(() => ada.createOwnedApp([], { app_id: "7030" }), 400, 3944);
  await hidden(() => ada.createOwnedApp([], { app_id: "7020" }));
  await hidden(() => ada.createClientApp([], { app_id: "7999" }));
  assert.ok((await ids(ada.getOwnedApps(["id"]))).includes("7030"));
});

flow(async function an_app_tells_its_builders_whom_it_serves(world) {
  const app = node("Application", "7001", await world.api("person:503"));
  assert.deepEqual(await ids(app.getAgencies(["id"])), ["1001", "1500", "3001"]);
  assert.deepEqual(await ids(app.getConnectedClientBusinesses([])), ["1001"]);
  assert.deepEqual(await ids(app.getAuthorizedAdAccounts([], { business: "2001" })), ["act_11"]);
  const ben = node("Application", "7001", await world.api("person:502"));
  await refused(() => ben.getAgencies([]), 403, 200);
});

flow(async function test_users_are_made_by_those_who_build_the_app(world) {
  const { secret } = await world.do("person:503", "app.new_secret", { app: "7002" });
  // The SDK writes what an edge made over the node itself, so it is taken anew.
  const app = () => node("Application", "7002", world.of(`7002|${secret}`));
  const made = await app().createAccount([], { name: "Testa", permissions: ["ads_read"] });
  const testa = node("User", "me", world.of(made.access_token));
  assert.equal((await testa.get(["name"])).name, "Testa");
  const listed = await every(app().getAccounts(["id", "access_token"], { type: "test-users" }));
  assert.deepEqual(listed.map((one) => one._data.access_token), [made.access_token]);
  const ada = node("Application", "7002", await world.api("person:501"));
  await hidden(() => ada.createAccount([], {}));
  await app().deleteAccounts({ uid: made.id });
  assert.deepEqual(await ids(app().getAccounts()), []);
  await refused(() => testa.get([]), 400, 190, 492);
  await refused(() => node("Application", "7002", world.of("7002|wrong")).getAccounts(), 401, 190);
});
