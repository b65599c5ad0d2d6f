// oidc-provider on loopback as the identity provider at which people of Countersign sign in. Prints
// its address once it listens.
//
//   node provider.mjs PORT CALLBACK SECRET

import { Provider } from "oidc-provider";

const [, , port, callback, secret] = process.argv;
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: "countersign", client_secret: secret, redirect_uris: [callback] }],
  pkce: { required: () => true },
});
provider.listen(Number(port), "127.0.0.1", () => console.log(`listening on ${issuer}`));
