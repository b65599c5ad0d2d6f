// One strict client, oauth4webapi, through every flow. Run against Countersign and against
// oidc-provider: each step prints what came of it, and the two columns are compared with
// `outcomes.json`.
//
//   node client.mjs ISSUER NAME SETTINGS   (NAME: countersign or oidc-provider)

import { readFileSync } from "node:fs";
import * as oauth from "oauth4webapi";
import { Browser } from "./browser.mjs";

const [, , issuer, server, settings] = process.argv;
const { secret, password } = JSON.parse(readFileSync(settings, "utf8"));
const own = server === "countersign";
const callback = own ? "https://client.example/cb" : "https://client.example/cb";
const insecure = { [oauth.allowInsecureRequests]: true };
const client = { client_id: "reports" };
const authentication = oauth.ClientSecretBasic(secret);
const scope = own ? "ads_read ads_management" : "openid offline_access ads_read ads_management";
const answers = {
  person: "cora", login: "cora", password,
  scope: new Set(["ads_read", "ads_management"]), asset: new Set(["act_1"]),
};

const came = {};
const step = async (name, what) => {
  try {
    came[name] = await what();
  } catch (error) {
    const cause = error.cause?.error ?? error.error ?? error.cause?.code ?? error.code;
    came[name] = cause ? `refused: ${cause}` : `failed: ${error.message}`;
  }
  if (process.env.VERBOSE) console.error(`${server}: ${name}: ${came[name]}`);
};

const url = new URL(issuer);
const discover = async (algorithm) =>
  oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm, ...insecure }));
const as = await discover(own ? "oauth2" : "oidc");

// The person is asked; returns what the client hears, checked. `handIn`: turns the fields of the
// request into those that go into the address.
const ask = async (verifier, other = {}, handIn = async (fields) => fields) => {
  const state = other.state ?? oauth.generateRandomState();
  const to = new URL(as.authorization_endpoint);
  const all = {
    client_id: client.client_id, redirect_uri: callback, response_type: "code", scope, state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256", ...(own ? {} : { prompt: "consent" }), ...other,
  };
  const fields = Object.fromEntries(Object.entries(all).filter(([, value]) => value));
  for (const [name, value] of Object.entries(await handIn(fields))) to.searchParams.set(name, value);
  const heard = await new Browser().consent(to, callback, answers);
  if (!(heard instanceof URL)) throw new Error(`a page with status ${heard.status}`);
  return oauth.validateAuthResponse(as, client, heard, state);
};

const redeem = async (heard, verifier) => {
  const response = await oauth.authorizationCodeGrantRequest(
    as, client, authentication, heard, callback, verifier, insecure);
  return oauth.processAuthorizationCodeResponse(as, client, response);
};

const tokens = async () => {
  const verifier = oauth.generateRandomCodeVerifier();
  return redeem(await ask(verifier), verifier);
};

const refresh = async (token) => {
  const response = await oauth.refreshTokenGrantRequest(as, client, authentication, token, insecure);
  return oauth.processRefreshTokenResponse(as, client, response);
};

const isActive = async (token) => {
  const response = await oauth.introspectionRequest(as, client, authentication, token, insecure);
  return (await oauth.processIntrospectionResponse(as, client, response)).active;
};

await step("metadata by RFC 8414", async () => (await discover("oauth2")).issuer === issuer);
await step("metadata by OpenID discovery", async () => (await discover("oidc")).issuer === issuer);
await step("iss is promised", () => as.authorization_response_iss_parameter_supported === true);
await step("code with PKCE", async () => {
  const got = await tokens();
  return `${got.token_type}, renewable: ${Boolean(got.refresh_token)}`;
});
await step("code without PKCE", async () => {
  const none = { code_challenge: "", code_challenge_method: "" };
  await ask(oauth.generateRandomCodeVerifier(), none);
  return "a code";
});
await step("code with a plain challenge", async () => {
  await ask(oauth.generateRandomCodeVerifier(), { code_challenge_method: "plain" });
  return "a code";
});
await step("another response type", async () => {
  await ask(oauth.generateRandomCodeVerifier(), { response_type: "token" });
  return "a token";
});
await step("an unknown resource", async () => {
  await ask(oauth.generateRandomCodeVerifier(), { resource: "https://evil.example/" });
  return "a code";
});
const handIn = async (fields, by = authentication) => {
  const response = await oauth.pushedAuthorizationRequest(
    as, client, by, new URLSearchParams(fields), insecure);
  const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, response);
  return { client_id: client.client_id, request_uri };
};
await step("a request handed in before", async () => {
  const verifier = oauth.generateRandomCodeVerifier();
  const got = await redeem(await ask(verifier, {}, handIn), verifier);
  return `${got.token_type}, renewable: ${Boolean(got.refresh_token)}`;
});
await step("its reference twice", async () => {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  let kept;
  await ask(verifier, { state }, async (fields) => (kept = await handIn(fields)));
  await ask(verifier, { state }, async () => kept);
  return "a code";
});
await step("a request handed in with a wrong secret", async () => {
  const wrong = (fields) => handIn(fields, oauth.ClientSecretBasic("wrong"));
  await ask(oauth.generateRandomCodeVerifier(), {}, wrong);
  return "a code";
});
await step("a request handed in that cannot be asked", async () => {
  await ask(oauth.generateRandomCodeVerifier(), { response_type: "token" }, handIn);
  return "a code";
});
await step("a wrong verifier", async () => {
  const heard = await ask(oauth.generateRandomCodeVerifier());
  return redeem(heard, oauth.generateRandomCodeVerifier());
});
await step("a code twice", async () => {
  const verifier = oauth.generateRandomCodeVerifier();
  const heard = await ask(verifier);
  const first = await redeem(heard, verifier);
  let second = "tokens again";
  try {
    await redeem(heard, verifier);
  } catch (error) {
    second = error.error;
  }
  return `${second}, the first token is active: ${await isActive(first.access_token)}`;
});
await step("renewal", async () => {
  const first = await tokens();
  const second = await refresh(first.refresh_token);
  const rotated = second.refresh_token !== first.refresh_token;
  return `rotated: ${rotated}, the new token is active: ${await isActive(second.access_token)}`;
});
await step("a refresh token twice", async () => {
  const first = await tokens();
  const second = await refresh(first.refresh_token);
  let again = "tokens again";
  try {
    await refresh(first.refresh_token);
  } catch (error) {
    again = error.error;
  }
  return `${again}, the newest token is active: ${await isActive(second.access_token)}`;
});
await step("revocation", async () => {
  const got = await tokens();
  const revoke = async (token) => {
    const response = await oauth.revocationRequest(as, client, authentication, token, insecure);
    return oauth.processRevocationResponse(response);
  };
  await revoke(got.refresh_token);
  await revoke("nothing that was ever issued");
  return `the access token is active: ${await isActive(got.access_token)}`;
});
await step("introspection of what is unknown", async () => isActive("nothing that was ever issued"));
await step("client credentials", async () => {
  const response = await oauth.clientCredentialsGrantRequest(
    as, client, authentication, new URLSearchParams(), insecure);
  const got = await oauth.processClientCredentialsResponse(as, client, response);
  return `${got.token_type}, renewable: ${Boolean(got.refresh_token)}`;
});
await step("a wrong secret", async () => {
  const wrong = oauth.ClientSecretBasic("wrong");
  const response = await oauth.clientCredentialsGrantRequest(
    as, client, wrong, new URLSearchParams(), insecure);
  return oauth.processClientCredentialsResponse(as, client, response);
});
await step("token exchange", async () => {
  const got = await tokens();
  const kind = "urn:ietf:params:oauth:token-type:access_token";
  const wanted = {
    subject_token: got.access_token, subject_token_type: kind,
    scope: "ads_read business_management", expires_in: "600",
  };
  const grant = "urn:ietf:params:oauth:grant-type:token-exchange";
  const response = await oauth.genericTokenEndpointRequest(
    as, client, authentication, grant, new URLSearchParams(own ? wanted : { subject_token: "x" }), insecure);
  const narrow = await oauth.processGenericTokenEndpointResponse(as, client, response);
  return `${narrow.scope} for ${narrow.expires_in} seconds`;
});
await step("the API names its issuers", async () => {
  if (!own) return "no API here";
  const api = new URL(`${url.origin}/api/v1`);
  const response = await oauth.resourceDiscoveryRequest(api, insecure);
  const said = await oauth.processResourceDiscoveryResponse(api, response);
  return said.authorization_servers.includes(issuer);
});
await step("the token opens the API", async () => {
  if (!own) return "no API here";
  const got = await tokens();
  const api = new URL(`${url.origin}/api/v1/whoami`);
  const response = await oauth.protectedResourceRequest(
    got.access_token, "GET", api, undefined, undefined, insecure);
  return (await response.json()).holder;
});

console.log(JSON.stringify(came, null, 2));
