// oidc-provider on loopback, set as near to Countersign as its own settings allow. Prints its
// address once it listens.
//
//   node oracle.mjs PORT SETTINGS

import { readFileSync } from "node:fs";
import { Provider, errors } from "oidc-provider";

const [, , port, settings] = process.argv;
const { secret } = JSON.parse(readFileSync(settings, "utf8"));
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: "reports", client_secret: secret,
    redirect_uris: ["https://client.example/cb"],
    grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    scope: "openid offline_access ads_read ads_management",
  }],
  scopes: ["openid", "offline_access", "ads_read", "ads_management"],
  pkce: { required: () => true },
  rotateRefreshToken: true,
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => {
        throw new errors.InvalidTarget(`no ${resource} here`);
      },
    },
  },
});
provider.listen(Number(port), "127.0.0.1", () => console.log(`listening on ${issuer}`));
