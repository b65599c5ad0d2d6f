// Businesses, their people, system users and children.
import assert from "node:assert/strict";
import { chapter, every, hidden, ids, node, refused } from "./world.mjs";

const flow = chapter("businesses");

flow(async function a_business_is_read_by_its_own_people(world) {
  for (const who of ["person:501", "person:502", "system_user:6001"]) {
    const business = node("Business", "1001", await world.api(who));
    assert.equal((await business.get(["name"])).name, "Nova Shop");
  }
  await hidden(async () => node("Business", "1001", await world.api("person:505")).get(["name"]));
});

flow(async function settings_are_changed_by_admins_only(world) {
  const ada = node("Business", "1001", await world.api("person:501"));
  const ben = node("Business", "1001", await world.api("person:502"));
  await ada.update([], { name: "Nova" });
  assert.equal((await ben.get(["name"])).name, "Nova");
  await ada.update([], { name: "Nova Shop" });
  await refused(() => ben.update([], { name: "Ben's" }), 403, 10);
  await refused(() => ada.update([], { two_factor_type: "sometimes" }), 400, 100);
  await refused(async () => (await world.api("person:501")).call("DELETE", ["1001"]), 400, 100);
});

flow(async function people_are_invited_listed_and_not_by_everybody(world) {
  const ada = await world.api("person:501");
  const business = node("Business", "1001", ada);
  const people = await every(business.getBusinessUsers(["id", "name", "role"]));
  assert.deepEqual(people.map((one) => [one.id, one.role]), [["1001_501", "ADMIN"], ["1001_502", "EMPLOYEE"]]);
  const made = await business.createBusinessUser([], { email: "new@shop.example", role: "EMPLOYEE" });
  const waiting = await every(business.getPendingUsers(["id", "email", "role", "status", "owner"]));
  assert.deepEqual(waiting.map((one) => [one.email, one.status]), [["new@shop.example", "PENDING"]]);
  assert.equal(waiting[0].owner.id, "1001");
  const ben = await world.api("person:502");
  const invite = { email: "more@shop.example", role: "ADMIN" };
  await refused(() => node("Business", "1001", ben).createBusinessUser([], invite), 403, 10);
  await refused(() => ben.call("DELETE", [made.id]), 403, 10);
  await ada.call("DELETE", [made.id]);
  assert.deepEqual(await ids(business.getPendingUsers()), []);
  await hidden(() => ada.call("DELETE", [made.id]));
  await refused(() => business.createBusinessUser([], { role: "EMPLOYEE" }), 400, 100);
  const king = { email: "x@shop.example", role: "KING" };
  await refused(() => business.createBusinessUser([], king), 400, 100);
});

flow(async function a_role_is_changed_and_counts_on_the_next_call(world) {
  const ada = await world.api("person:501");
  const ben = await world.api("person:502");
  const place = node("BusinessUser", "1001_502", ada);
  await place.update([], { role: "ADMIN" });
  await node("Business", "1001", ben).update([], { name: "Nova Shop" });
  await place.update([], { role: "EMPLOYEE" });
  await refused(() => node("Business", "1001", ben).update([], { name: "Ben's" }), 403, 10);
});

flow(async function who_is_removed_sees_nothing_on_the_next_call(world) {
  const ada = await world.api("person:501");
  await world.do("person:501", "member.add", { business: "1001", person: "505", role: "employee" });
  const eve = await world.api("person:505");
  assert.deepEqual(await ids(node("User", "me", eve).getBusinesses(["id"])), ["1001"]);
  await node("AdAccount", "act_12", ada).createAssignedUser([], { user: "1001_505", tasks: ["ANALYZE"] });
  const account = node("AdAccount", "act_12", eve);
  assert.equal((await account.get(["name"])).name, "Autumn");
  await node("BusinessUser", "1001_505", ada).delete([]);
  await hidden(() => account.get(["name"]));
  await hidden(() => node("Business", "1001", eve).get(["name"]));
  assert.deepEqual(await ids(node("User", "me", eve).getBusinesses(["id"])), []);
  await hidden(() => node("BusinessUser", "1001_505", ada).get([]));
});

flow(async function the_last_admin_stays(world) {
  const ada = await world.api("person:501");
  const place = node("BusinessUser", "1001_501", ada);
  const error = await refused(() => place.delete([]), 400, 3914);
  assert.match(error.message, /last admin/);
  await refused(() => place.update([], { role: "EMPLOYEE" }), 400, 3914);
  await refused(() => node("User", "me", ada).deleteBusinesses({ business: "1001" }), 400, 3914);
});

flow(async function a_business_is_created_by_its_admin_and_left_by_others(world) {
  const eve = await world.api("person:505");
  const made = await node("User", "me", eve).createBusiness([], { name: "Eve's", vertical: "RETAIL" });
  assert.deepEqual(await ids(node("User", "me", eve).getBusinesses(["id"])), [made.id]);
  assert.deepEqual(await ids(node("User", "me", eve).getBusinessUsers(["id"])), [`${made.id}_505`]);
  await refused(() => node("User", "me", eve).createBusiness([], { name: "No line" }), 400, 100);
  await world.do("person:501", "member.add", { business: "1001", person: "505", role: "employee" });
  assert.deepEqual(await ids(node("User", "me", eve).getBusinesses(["id"])), ["1001", made.id].sort());
  await node("User", "me", eve).deleteBusinesses({ business: "1001" });
  assert.deepEqual(await ids(node("User", "me", eve).getBusinesses(["id"])), [made.id]);
});

flow(async function two_tiers_are_made_listed_and_ended_from_above(world) {
  const network = node("Business", "3001", await world.api("person:506"));
  const second = { name: "Second Store", vertical: "RETAIL" };
  const made = await network.createOwnedBusiness([], second);
  assert.equal(made.name, "Second Store");
  assert.deepEqual(await ids(network.getOwnedBusinesses(["id"])), ["3002", made.id].sort());
  await refused(() => network.createOwnedBusiness([], { name: "No line" }), 400, 100);
  const ada = await world.api("person:501");
  await hidden(() => node("Business", "3001", ada).getOwnedBusinesses(["id"]));
  await hidden(() => node("Business", "3001", ada).createOwnedBusiness([], { ...second }));
  await network.deleteOwnedBusinesses({ client_id: made.id });
  assert.deepEqual(await ids(network.getOwnedBusinesses(["id"])), ["3002"]);
  await hidden(async () => node("Business", made.id, await world.api("person:506")).get(["name"]));
});

flow(async function a_parents_admin_acts_in_the_child_and_not_the_other_way(world) {
  const pia = await world.api("person:506");
  const child = node("Business", "3002", pia);
  assert.equal((await child.get(["name"])).name, "Corner Store");
  await child.update([], { name: "Corner Store" });
  const account = await child.createAdsPixel([], { name: "Corner pixel" });
  assert.deepEqual(await ids(child.getOwnedPixels(["id"])), [account.id]);
  await world.do("person:506", "member.add", { business: "3002", person: "505", role: "admin" });
  const eve = await world.api("person:505");
  assert.equal((await node("Business", "3002", eve).get(["name"])).name, "Corner Store");
  await hidden(() => node("Business", "3001", eve).get(["name"]));
  await hidden(() => node("Business", "3001", eve).getOwnedBusinesses(["id"]));
  await node("BusinessUser", "3002_505", pia).delete([]);
});

flow(async function system_users_are_made_renamed_and_limited(world) {
  const business = node("Business", "1001", await world.api("person:501"));
  const known = async () => every(business.getSystemUsers(["id", "name", "role"]));
  assert.deepEqual((await known()).map((one) => [one.id, one._data.role]), [["6001", "EMPLOYEE"], ["6002", "ADMIN"]]);
  const made = await business.createSystemUser([], { name: "Second", role: "EMPLOYEE" });
  await business.createSystemUser([], { name: "Renamed", system_user_id: made.id });
  assert.ok((await known()).some((one) => one.id === made.id && one.name === "Renamed"));
  await refused(() => business.createSystemUser([], { name: "Third", role: "ADMIN" }), 400, 3965);
  await refused(() => business.createSystemUser([], { role: "EMPLOYEE" }), 400, 100);
  const ben = node("Business", "1001", await world.api("person:502"));
  await refused(() => ben.createSystemUser([], { name: "Ben's", role: "EMPLOYEE" }), 403, 10);
});

flow(async function a_plain_system_user_makes_no_other(world) {
  const robot = node("Business", "1001", await world.api("system_user:6001"));
  await refused(() => robot.createSystemUser([], { name: "Copy", role: "EMPLOYEE" }), 403, 10);
});
