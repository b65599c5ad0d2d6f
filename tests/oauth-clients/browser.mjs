// A browser without scripts: it keeps cookies, follows redirects, and fills in forms as a person
// would, until it is sent to the client's own address.

const unescape = (text) =>
  text
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(parseInt(code, 16)))
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const attribute = (tag, name) => {
  const found = new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`).exec(tag);
  return found ? unescape(found[1]) : undefined;
};

export class Browser {
  #cookies = new Map();
  pages = 0;

  // answers: what is typed or ticked, by the name of the field; a set for boxes.
  async consent(url, callback, answers) {
    let next = { url: String(url), method: "GET" };
    for (let hop = 0; hop < 20; hop += 1) {
      if (next.url.startsWith(callback)) return new URL(next.url);
      const response = await this.#send(next);
      const location = response.headers.get("location");
      if (location) {
        next = { url: new URL(location, next.url).href, method: "GET" };
        await response.arrayBuffer();
        continue;
      }
      this.pages += 1;
      const html = await response.text();
      if (!response.ok || !/<form/i.test(html)) return { status: response.status, html };
      next = this.#fill(html, next.url, answers);
    }
    throw new Error("it went round in circles");
  }

  async read(url) {
    const page = await this.#send({ url, method: "GET" });
    return { status: page.status, html: await page.text() };
  }

  async submit(url, answers) {
    const page = await this.#send({ url, method: "GET" });
    const next = this.#fill(await page.text(), url, answers);
    const response = await this.#send(next);
    return { status: response.status, html: await response.text() };
  }

  async #send({ url, method, body }) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { cookie };
    if (body) headers["content-type"] = "application/x-www-form-urlencoded";
    const response = await fetch(url, { method, body, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [name, ...value] = line.split(";")[0].split("=");
      this.#cookies.set(name, value.join("="));
    }
    return response;
  }

  #fill(html, url, answers) {
    const [form] = /<form[\s\S]*?<\/form>/i.exec(html);
    const action = new URL(attribute(/<form[^>]*>/i.exec(form)[0], "action") ?? url, url).href;
    const fields = new URLSearchParams();
    for (const [tag] of form.matchAll(/<input[^>]*>/gi)) {
      const name = attribute(tag, "name");
      const value = attribute(tag, "value") ?? "";
      const type = attribute(tag, "type");
      const answer = answers[name];
      if (!name) continue;
      if (type === "checkbox") {
        if (answer?.has(value)) fields.append(name, value);
      } else if (type === "hidden") {
        fields.append(name, value);
      } else {
        fields.append(name, answer ?? "");
      }
    }
    const buttons = [...form.matchAll(/<button[^>]*>/gi)].map(([tag]) => tag);
    const [button] = buttons.filter((tag) => attribute(tag, "name"));
    if (button) fields.append(attribute(button, "name"), attribute(button, "value"));
    return { url: action, method: "POST", body: fields.toString() };
  }
}
