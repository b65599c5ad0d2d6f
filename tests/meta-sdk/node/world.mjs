// The server as the flows meet it: a realm of the world's file, tokens of whoever is needed, and the SDK
// for them. Nothing of the SDK is changed but the address.
import assert from "node:assert/strict";
import sdk from "facebook-nodejs-business-sdk";

export const EVERYTHING = [
  "ads_read", "ads_management", "business_management", "pages_show_list",
  "pages_read_engagement", "pages_manage_metadata", "catalog_management",
];

const chapters = [];

// What belongs together stands in a chapter, which has a realm of its own. A flow needs no other to have
// been before it, and leaves behind what it found.
export function chapter(title, options = {}) {
  const flows = [];
  chapters.push({ title, options, flows });
  return (flow) => flows.push(flow);
}

export const all = () => chapters;

export class World {
  constructor(base, realm) {
    Object.assign(this, { base, realm, made: 0, sessions: new Map() });
  }

  async post(path, body, token) {
    const headers = { "content-type": "application/json" };
    if (token) headers.authorization = `Bearer ${token}`;
    const answer = await fetch(this.base + path, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await answer.text();
    assert.ok(answer.ok, `${path}: ${text}`);
    return JSON.parse(text);
  }

  // Reads at the native API; returns the status and what was said.
  async get(path, token) {
    const answer = await fetch(this.base + path, { headers: { authorization: `Bearer ${token}` } });
    return [answer.status, await answer.json()];
  }

  async session(who) {
    if (!this.sessions.has(who)) {
      const made = await this.post("/test-controls/sessions", { realm: this.realm, holder: who });
      this.sessions.set(who, made.token);
    }
    return this.sessions.get(who);
  }

  // Gives a command at the native API, for what the platform has no call for.
  async do(who, name, fields) {
    this.made += 1;
    const body = { id: `c-${this.made}`, command: { [name]: fields }, second_factor: true };
    return this.post("/api/v1/commands", body, await this.session(who));
  }

  async token(holder, { scopes = EVERYTHING, app = "7001", targets = {}, by, kind } = {}) {
    const robot = holder.startsWith("system_user");
    const who = by ?? (robot ? "person:501" : holder);
    const give = { holder, app, scopes, targets };
    const { made } = await this.do(who, "grant.give", give);
    const issue = { grant: made, kind: kind ?? (robot ? "system_user" : "user") };
    return (await this.do(who, "token.issue", issue)).secret;
  }

  // The SDK with a new token of a holder.
  async api(holder, options) {
    return this.of(await this.token(holder, options));
  }

  of(token) {
    return new sdk.FacebookAdsApi(token, "en_US", false);
  }

  async later(days) {
    await this.post("/test-controls/clock", { seconds: days * 86400 });
    this.sessions.clear();
  }
}

// One of the SDK's objects, bound to a token.
export const node = (kind, id, api) => new sdk[kind](id, {}, undefined, api);

// Reads a whole edge, page by page, as the SDK follows it.
export async function every(edge) {
  const cursor = await edge;
  const items = [...cursor];
  while (cursor.hasNext()) items.push(...(await cursor.next()));
  return items;
}

export const ids = async (edge) => (await every(edge)).map((one) => one.id);

// The call fails, and the SDK's own error says how.
export async function refused(call, status, code, subcode) {
  let answer;
  try {
    answer = await call();
  } catch (error) {
    assert.equal(error.name, "FacebookRequestError", error.stack);
    const said = [error.status, error.response.code, error.response.error_subcode];
    assert.deepEqual(said, [status, code, subcode], error.message);
    const trace = error.headers["x-fb-trace-id"];
    assert.ok(trace && error.response.fbtrace_id === trace, "the error bears the id of its answer");
    assert.equal(typeof error.response.type, "string");
    return error;
  }
  assert.fail(`not refused: ${JSON.stringify(answer)}`);
}

// What is asked for is as a stranger finds it, or as if there were none.
export const hidden = (call) => refused(call, 400, 100, 33);
