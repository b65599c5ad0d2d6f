// Runs the flows: node run.mjs BASE DIRECTORY RULEBOOK [FLOW...]
import { readFile } from "node:fs/promises";
import sdk from "facebook-nodejs-business-sdk";
import { World, all } from "./world.mjs";
import "./wire.mjs";
import "./tokens.mjs";
import "./businesses.mjs";
import "./assets.mjs";
import "./partners.mjs";
import "./managed.mjs";
import "./apps.mjs";
import "./names.mjs";
import "./market.mjs";
import "./time.mjs"; // moves the clock, so it comes last

const [base, directoryFile, rulebookFile, ...wanted] = process.argv.slice(2);
Object.defineProperty(sdk.FacebookAdsApi, "GRAPH", { get: () => `${base}/meta` });
// Objects that the SDK makes on its own are bound to this, and know nobody.
sdk.FacebookAdsApi.init("nobody", "en_US", false);
const directory = await readFile(directoryFile, "utf8");
const rulebook = await readFile(rulebookFile, "utf8");

async function begin(chapter) {
  const world = new World(base, chapter.title);
  const more = chapter.options.accounts ?? [];
  const rows = more.map(([id, owner]) => `  - { id: ${id}, kind: ad_account, owner: "business:${owner}" }\n`);
  const text = directory.replace("assets:\n", `assets:\n${rows.join("")}`);
  await world.post("/test-controls/realms", { realm: world.realm, rulebook, directory: text });
  return world;
}

let count = 0;
let failed = 0;
for (const chapter of all()) {
  const flows = chapter.flows.filter((flow) => !wanted.length || wanted.includes(flow.name));
  if (!flows.length) continue;
  const world = await begin(chapter);
  for (const flow of flows) {
    count += 1;
    try {
      await flow(world);
    } catch (error) {
      failed += 1;
      const at = /(\w+\.mjs:\d+):\d+\)?$/m.exec(error.stack.replaceAll(/.*world\.mjs.*\n?/g, ""));
      console.log(`✗ ${flow.name}, ${at?.[1]}: ${error.name}: ${error.message.slice(0, 1500)}`);
    }
  }
}
console.log(`facebook-nodejs-business-sdk: ${count} flows, ${failed} failed`);
process.exit(failed ? 1 : 0);
