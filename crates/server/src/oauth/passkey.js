// Asks the browser for a passkey. A form that has `data-ask` says where the question comes from;
// the answer goes back in the form's own field `answer`, as the form itself does.
"use strict";

const bytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const text = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
  return btoa(letters.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const named = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

// What a device is asked for: to make a key for a user, or to show one.
const ask = (options) => {
  options.challenge = bytes(options.challenge);
  if (!options.user) {
    options.allowCredentials = named(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  }
  options.user.id = bytes(options.user.id);
  options.excludeCredentials = named(options.excludeCredentials);
  return navigator.credentials.create({ publicKey: options });
};

const answer = (key) => {
  const response = { clientDataJSON: text(key.response.clientDataJSON) };
  if (key.response.attestationObject) {
    response.attestationObject = text(key.response.attestationObject);
  } else {
    response.authenticatorData = text(key.response.authenticatorData);
    response.signature = text(key.response.signature);
    response.userHandle = key.response.userHandle ? text(key.response.userHandle) : null;
  }
  return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });
};

const question = async (form) => {
  const body = new URLSearchParams({ form_token: form.elements.form_token.value });
  const reply = await fetch(form.dataset.ask, { method: "POST", body });
  const told = await reply.json();
  if (!reply.ok) throw new Error(told.error_description);
  return told;
};

const words = (error) => {
  if (error.name === "NotAllowedError") return "No passkey was shown. Try again, or sign in another way.";
  if (error.name === "InvalidStateError") return "This device has a passkey for you already.";
  return error.message;
};

for (const form of document.querySelectorAll("form[data-ask]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const wrong = form.querySelector(".wrong");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    try {
      form.elements.answer.value = answer(await ask(await question(form)));
      form.submit();
    } catch (error) {
      wrong.textContent = words(error);
      wrong.hidden = false;
    }
  });
}
