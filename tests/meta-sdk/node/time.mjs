// Time goes on.
import assert from "node:assert/strict";
import { chapter, node, refused } from "./world.mjs";

const flow = chapter("time");
const READ = { scopes: ["ads_read"] };

flow(async function sixty_one_days_later_a_token_is_over(world) {
  const ben = node("User", "me", await world.api("person:502", READ));
  await world.later(59);
  assert.equal((await ben.get([])).id, "502");
  await world.later(2);
  const error = await refused(() => ben.get([]), 400, 190, 463);
  assert.match(error.message, /Session has expired on .* The current time is /);
  const fresh = await world.api("person:502", READ);
  assert.equal((await node("AdAccount", "act_11", fresh).get(["id"])).id, "act_11");
});

flow(async function a_system_user_token_lives_sixty_days_and_the_next_begins_anew(world) {
  const ada = await world.api("person:501");
  const params = () => ({
    business_app: "7001", scope: ["ads_read"], set_token_expires_in_60_days: true,
  });
  const made = await node("User", "6001", ada).createAccessToken([], params());
  const robot = node("AdAccount", "act_11", world.of(made._data.access_token));
  const told = async (token) =>
    (await (await world.api("person:503")).call("GET", ["debug_token"], { input_token: token })).data;
  const life = await told(made._data.access_token);
  assert.equal(life.expires_at - life.issued_at, 60 * 86400);
  await world.later(61);
  await refused(() => robot.get([]), 400, 190, 463);
  const dead = await told(made._data.access_token);
  assert.deepEqual([dead.is_valid, dead.error.code, dead.error.subcode], [false, 190, 463]);
  const again = await node("User", "6001", await world.api("person:501")).createAccessToken([], params());
  const next = node("AdAccount", "act_11", world.of(again._data.access_token));
  assert.equal((await next.get([])).id, "act_11");
});

flow(async function a_token_that_is_renewed_in_time_lives_on_and_one_that_is_over_does_not(world) {
  const { secret } = await world.do("person:503", "app.new_secret", { app: "7001" });
  const token = await world.token("system_user:6001", READ);
  const exchange = (token) => world.of(token).call("GET", ["oauth", "access_token"], {
    grant_type: "fb_exchange_token", client_id: "7001", client_secret: secret, fb_exchange_token: token,
  });
  await world.later(40);
  const renewed = await exchange(token);
  await world.later(30);
  await refused(() => exchange(token), 400, 190, 463);
  const robot = world.of(renewed.access_token);
  assert.equal((await node("AdAccount", "act_11", robot).get([])).id, "act_11");
});
