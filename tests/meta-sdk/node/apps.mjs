// Apps: whom they reach at which access level and mode, and what is told of them.
import assert from "node:assert/strict";
import { chapter, every, hidden, ids, node, refused } from "./world.mjs";

const flow = chapter("apps");
const READ = ["ads_read"];

flow(async function standard_access_reaches_people_of_the_app_only(world) {
  const stranger = await world.api("person:501", { scopes: READ, app: "7003" });
  await refused(() => node("AdAccount", "act_11", stranger).get(["name"]), 403, 200);
  const cleo = await world.api("person:503", { scopes: READ, app: "7003" });
  assert.equal((await node("User", "me", cleo).get([])).id, "503");
  await world.do("person:503", "app_role.give", { app: "7003", person: "501", role: "analytics_user" });
  assert.equal((await node("AdAccount", "act_11", stranger).get(["name"])).name, "Spring");
  await world.do("person:503", "app_role.revoke", { app: "7003", person: "501" });
  await refused(() => node("AdAccount", "act_11", stranger).get(["name"]), 403, 200);
});

flow(async function an_app_in_development_reaches_no_strangers(world) {
  const stranger = node("AdAccount", "act_11", await world.api("person:501", { scopes: READ, app: "7002" }));
  await refused(() => stranger.get(["name"]), 403, 200);
  const live = node("AdAccount", "act_11", await world.api("person:501", { scopes: READ }));
  assert.equal((await live.get(["name"])).name, "Spring");
});

flow(async function a_downgrade_cuts_strangers_off_on_the_next_call(world) {
  const sam = node("AdAccount", "act_41", await world.api("person:507", { scopes: READ }));
  const level = { app: "7001", permission: "ads_read", level: "standard" };
  assert.equal((await sam.get(["name"])).name, "Not yours");
  await world.do("person:503", "app_permission.set_level", level);
  await refused(() => sam.get(["name"]), 403, 200);
  // Whose business claimed the app is no stranger.
  const ada = node("AdAccount", "act_11", await world.api("person:501", { scopes: READ }));
  assert.equal((await ada.get(["name"])).name, "Spring");
  await world.do("person:503", "app_permission.set_level", { ...level, level: "advanced" });
  await refused(() => sam.get(["name"]), 403, 200);
  const again = node("AdAccount", "act_41", await world.api("person:507", { scopes: READ }));
  assert.equal((await again.get(["name"])).name, "Not yours");
});

flow(async function a_business_that_has_not_claimed_the_app_is_not_managed_through_it(world) {
  await world.do("person:503", "app_role.give", { app: "7003", person: "501", role: "admin" });
  const api = await world.api("person:501", { scopes: ["business_management"], app: "7003" });
  const invite = { email: "new@shop.example", role: "EMPLOYEE" };
  await refused(() => node("Business", "1001", api).createBusinessUser([], invite), 403, 200);
  await world.do("person:503", "app_role.revoke", { app: "7003", person: "501" });
});

flow(async function a_suspended_app_is_refused_whatever_it_asks(world) {
  const api = await world.api("person:502", { scopes: READ });
  await world.do("person:509", "app.suspend", { app: "7001", suspended: true });
  const error = await refused(() => node("AdAccount", "act_11", api).get([]), 400, 200);
  assert.match(error.message, /blocked/);
  await refused(() => node("AdAccount", "act_99", api).get([]), 400, 200);
  await world.do("person:509", "app.suspend", { app: "7001", suspended: false });
  assert.equal((await node("AdAccount", "act_11", api).get([])).id, "act_11");
});

flow(async function an_app_tells_of_itself_with_its_own_token(world) {
  const { secret } = await world.do("person:503", "app.new_secret", { app: "7001" });
  const params = { grant_type: "client_credentials", client_id: "7001", client_secret: secret };
  const made = await world.of("none").call("GET", ["oauth", "access_token"], params);
  const app = node("Application", "7001", world.of(made.access_token));
  const permissions = await every(app.getPermissions(["permission", "status"]));
  const told = Object.fromEntries(permissions.map((one) => [one._data.permission, one._data.status]));
  assert.equal(told.ads_read, "live");
  const roles = await every(app.getRoles());
  assert.deepEqual(roles.map((one) => [one._data.user, one._data.role]), [["503", "administrators"]]);
  const cleo = await world.api("person:503");
  await refused(() => node("Application", "7001", cleo).getRoles(), 403, 200);
  assert.equal((await node("Application", "7001", cleo).get(["id", "name"])).name, "Reporter");
  await hidden(() => node("Application", "7010", cleo).getRoles());
  assert.deepEqual(await ids(node("Business", "2001", cleo).getOwnedApps(["id"])), ["7001", "7002", "7003"]);
});
