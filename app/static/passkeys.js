// Passkeys: asks the browser to use one or to make one, and hands its answer in with the form. A
// form without a script stays hidden, and every page has another way. Loaded by browsers inside
// old apps, too: see tests/interop/test_old_browsers.py.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function question(form, address) {
  const token = form.querySelector('[name="csrf_token"]').value;
  const asked = { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token } };
  return fetch(address, asked).then((answer) => {
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }).then((options) => {
    options.challenge = bytes(options.challenge);
    return options;
  });
}

const described = (credential, response) => JSON.stringify({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  response,
  clientExtensionResults: {},
  authenticatorAttachment: credential.authenticatorAttachment,
});

function useOne(form, how) {
  return question(form, form.dataset.passkey)
    .then((options) => navigator.credentials.get(Object.assign({ publicKey: options }, how)))
    .then((found) => {
      const said = found.response;
      form.querySelector('[name="_passkey"]').value = described(found, {
        authenticatorData: text(said.authenticatorData),
        clientDataJSON: text(said.clientDataJSON),
        signature: text(said.signature),
        userHandle: said.userHandle && text(said.userHandle),
      });
    });
}

function makeOne(form) {
  return question(form, form.dataset.newPasskey).then((options) => {
    options.user.id = bytes(options.user.id);
    (options.excludeCredentials || []).forEach((known) => { known.id = bytes(known.id); });
    return navigator.credentials.create({ publicKey: options });
  }).then((made) => {
    form.querySelector('[name="passkey"]').value = described(made, {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
    });
  });
}

// Offered beside what the browser would fill into the field for the user name, where there is one.
// Only one question may be open at a time: pressing the button ends this one.
let waiting = null;

function offerInField(form) {
  if (!PublicKeyCredential.isConditionalMediationAvailable) return;
  PublicKeyCredential.isConditionalMediationAvailable().then((able) => {
    if (!able) return;
    waiting = new AbortController();
    useOne(form, { mediation: "conditional", signal: waiting.signal })
      .then(() => form.submit(), () => { waiting = null; });
  });
}

// A passkey belongs to a name; browsers refuse it where the address is a number.
const isNumber = /^[\d.]+$|^\[/.test(location.hostname);
for (const told of document.querySelectorAll("[data-nameless]")) told.hidden = !isNumber;
if (window.PublicKeyCredential && !isNumber) {
  for (const form of document.querySelectorAll("[data-passkey], [data-new-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.hidden = true;
      if (waiting) waiting.abort();
      (form.dataset.passkey ? useOne(form) : makeOne(form))
        .then(() => form.submit(), () => { failed.hidden = false; });
    });
    if (form.dataset.inField) offerInField(form);
  }
}
