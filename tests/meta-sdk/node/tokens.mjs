// Tokens: what they let the SDK do, how they are told of, and how they end.
import assert from "node:assert/strict";
import { chapter, every, hidden, ids, node, refused } from "./world.mjs";

const flow = chapter("tokens");

flow(async function me_is_who_holds_the_token(world) {
  const ada = await node("User", "me", await world.api("person:501")).get(["id", "name"]);
  assert.deepEqual([ada.id, ada.name.startsWith("Ada")], ["501", true]);
  const robot = await node("SystemUser", "me", await world.api("system_user:6001")).get(["id", "name", "role"]);
  assert.deepEqual([robot.id, robot._data.role], ["6001", "EMPLOYEE"]);
});

flow(async function no_token_an_unknown_one_and_a_dead_one(world) {
  const api = world.of("nonsense");
  await refused(() => api.call("GET", `${world.base}/meta/v24.0/me`), 400, 2500);
  await refused(() => api.call("GET", `${world.base}/meta/v24.0/1001`), 400, 104);
  const error = await refused(() => node("User", "me", api).get([]), 401, 190);
  assert.match(error.headers["www-authenticate"], /invalid_token/);
  const token = await world.token("person:502");
  await world.do("person:502", "token.revoke_all", { holder: "person:502" });
  await refused(() => node("User", "me", world.of(token)).get([]), 400, 190, 467);
});

flow(async function a_changed_password_ends_tokens_on_the_next_call(world) {
  const api = await world.api("person:502");
  assert.equal((await node("User", "me", api).get([])).id, "502");
  await world.do("person:502", "person.password_changed", { person: "502" });
  await refused(() => node("User", "me", api).get([]), 400, 190, 460);
});

flow(async function permissions_are_listed_and_one_can_be_taken_back(world) {
  const api = await world.api("person:501", { scopes: ["ads_read", "business_management"] });
  const me = node("User", "me", api);
  const told = async () => Object.fromEntries(
    (await every(me.getPermissions())).map((one) => [one.permission, one.status]),
  );
  assert.deepEqual(await told(), { ads_read: "granted", business_management: "granted" });
  assert.deepEqual(await ids(me.getBusinesses(["id"])), ["1001"]);
  await me.deletePermissions({ permission: "business_management" });
  assert.equal((await told()).business_management, "declined");
  const error = await refused(() => node("Business", "1001", api).getBusinessUsers(), 403, 200);
  assert.match(error.message, /business_management/);
  assert.equal((await node("AdAccount", "act_11", api).get(["name"])).name, "Spring");
  await refused(() => me.deletePermissions({ permission: "email" }), 400, 100);
});

flow(async function an_app_that_is_removed_has_no_token_left(world) {
  const api = await world.api("person:504", { scopes: ["ads_read"] });
  const other = await world.api("person:504", { scopes: ["ads_read"], app: "7003" });
  await node("User", "me", api).deletePermissions({});
  await refused(() => node("User", "me", api).get([]), 400, 190, 458);
  await refused(() => node("AdAccount", "act_11", api).get([]), 400, 190, 458);
  await hidden(() => node("User", "599", other).get([]));
});

flow(async function debug_token_tells_of_tokens_of_the_same_app(world) {
  const targets = { ads_read: ["act_11"] };
  const token = await world.token("person:502", { scopes: ["ads_read"], targets });
  const api = await world.api("person:503");
  const told = (await api.call("GET", ["debug_token"], { input_token: token })).data;
  assert.deepEqual([told.is_valid, told.type, told.user_id, told.app_id], [true, "USER", "502", "7001"]);
  assert.deepEqual(told.granular_scopes, [{ scope: "ads_read", target_ids: ["act_11"] }]);
  assert.equal(told.expires_at - told.issued_at, 60 * 86400);
  const robot = await world.token("system_user:6001", { scopes: ["ads_read"] });
  assert.equal((await api.call("GET", ["debug_token"], { input_token: robot })).data.type, "SYSTEM_USER");
  const other = await world.token("person:503", { scopes: ["ads_read"], app: "7003" });
  const foreign = await api.call("GET", ["debug_token"], { input_token: other });
  const nonsense = await api.call("GET", ["debug_token"], { input_token: "x" });
  assert.deepEqual(foreign, nonsense);
  assert.equal(nonsense.data.is_valid, false);
});

flow(async function a_permission_for_one_account_is_none_for_another(world) {
  const api = await world.api("person:501", { scopes: ["ads_read"], targets: { ads_read: ["act_11"] } });
  assert.equal((await node("AdAccount", "act_11", api).get(["name"])).name, "Spring");
  await refused(() => node("AdAccount", "act_12", api).get(["name"]), 403, 200);
});

flow(async function a_role_is_not_enough_without_the_scope(world) {
  const api = await world.api("person:501", { scopes: ["ads_read"] });
  const business = node("Business", "1001", api);
  await refused(() => business.getBusinessUsers(), 403, 200);
  await refused(() => business.createSystemUser([], { name: "Second", role: "EMPLOYEE" }), 403, 200);
  await refused(() => business.update([], { name: "Mine" }), 403, 200);
  assert.deepEqual(await ids(business.getOwnedAdAccounts(["id"])), ["act_11", "act_12"]);
});

flow(async function a_scope_is_not_enough_without_the_role(world) {
  const api = await world.api("person:502");
  const account = node("AdAccount", "act_11", api);
  assert.equal((await account.get(["name"])).name, "Spring");
  const user = { user: "1001_502", tasks: ["MANAGE", "ADVERTISE", "ANALYZE"] };
  await refused(() => account.createAssignedUser([], user), 403, 200);
  await hidden(() => node("AdAccount", "act_12", api).get([]));
  await hidden(() => node("AdsPixel", "3101", api).get([]));
});

flow(async function a_token_is_exchanged_by_the_app_with_its_secret(world) {
  const { secret } = await world.do("person:503", "app.new_secret", { app: "7001" });
  const token = await world.token("person:502", { scopes: ["ads_read"] });
  const api = world.of(token);
  const params = () => ({
    grant_type: "fb_exchange_token", client_id: "7001", client_secret: secret, fb_exchange_token: token,
  });
  const made = await api.call("GET", ["oauth", "access_token"], params());
  assert.equal(made.token_type, "bearer");
  assert.ok(made.expires_in > 0 && made.expires_in <= 60 * 86400);
  const fresh = world.of(made.access_token);
  assert.equal((await node("AdAccount", "act_11", fresh).get(["id"])).id, "act_11");
  await hidden(() => node("AdAccount", "act_12", fresh).get(["id"]));
  const ask = (change) => () => api.call("GET", ["oauth", "access_token"], { ...params(), ...change });
  await refused(ask({ client_secret: "wrong" }), 400, 1);
  await refused(ask({ client_id: "7003" }), 400, 1);
  await refused(ask({ client_id: "" }), 400, 101);
  await refused(ask({ grant_type: "wish" }), 400, 100);
  await refused(ask({ fb_exchange_token: "nonsense" }), 401, 190);
});

flow(async function a_system_user_token_from_its_making_to_its_end(world) {
  const ada = await world.api("person:501");
  const params = () => ({
    business_app: "7001", scope: ["ads_read", "ads_management"], set_token_expires_in_60_days: true,
  });
  const user = node("User", "6001", ada);
  const made = await user.createAccessToken([], params());
  const robot = world.of(made._data.access_token);
  const own = node("SystemUser", "me", robot);
  assert.deepEqual(await ids(own.getAssignedAdAccounts(["id"])), ["act_11"]);
  assert.equal((await node("AdAccount", "act_11", robot).get(["name"])).name, "Spring");
  await hidden(() => node("AdAccount", "act_12", robot).get([]));
  await refused(() => user.createAccessToken([], { ...params(), scope: ["ads_reed"] }), 400, 3962);
  await refused(() => user.createAccessToken([], { ...params(), scope: [] }), 400, 100);
  const ben = node("User", "6001", await world.api("person:502"));
  await refused(() => ben.createAccessToken([], params()), 403, 10);
  await user.deleteAccessTokens({});
  await refused(() => own.get([]), 400, 190, 467);
});

flow(async function a_token_stands_on_an_app_that_is_installed(world) {
  const user = node("User", "6002", await world.api("person:501"));
  const params = () => ({ business_app: "7001", scope: ["ads_read"] });
  await refused(() => user.createAccessToken([], params()), 400, 100);
  await ada_installs(world, "6002");
  const made = await user.createAccessToken([], params());
  const robot = node("SystemUser", "me", world.of(made._data.access_token));
  assert.equal((await robot.get(["id"])).id, "6002");
});

async function ada_installs(world, systemUser) {
  const ada = await world.api("person:501");
  const done = await ada.call("POST", [systemUser, "applications"], { business_app: "7001" });
  assert.equal(done.success, true);
}
