// A person signs in at Countersign through another provider.
//
//   node sign_in.mjs BASE LOGIN   (prints what the page says in the end)

import { Browser } from "./browser.mjs";

const [, , base, login] = process.argv;
const own = `${base}/oauth/shop/sign-in`;
const browser = new Browser();
const { html } = await browser.read(own);
const [, way] = /href="([^"]*\/upstream[^"]*)"/.exec(html);
const end = await browser.consent(new URL(way, own), own, { login, password: "any" });
const page = end instanceof URL ? await browser.read(end.href) : end;
const words = page.html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
console.log(`${page.status}${words.replace(/^.*?· Countersign/, "")}`);
