// Passkeys: asks the browser to use one or to make one, and hands its answer in with the form. A
// form without a script stays hidden, and every page has another way. Loaded by browsers inside
// old apps, too: see tests/interop/test_old_browsers.py.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function question(form, address) {
  const token = form.querySelector('[name="csrf_token"]').value;
  const answer = await fetch(address, { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token } });
  if (!answer.ok) throw new Error(String(answer.status));
  const options = await answer.json();
  options.challenge = bytes(options.challenge);
  return options;
}

const described = (credential, response) => JSON.stringify({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  response,
  clientExtensionResults: {},
  authenticatorAttachment: credential.authenticatorAttachment,
});

async function useOne(form, how) {
  const options = await question(form, form.dataset.passkey);
  const found = await navigator.credentials.get(Object.assign({ publicKey: options }, how));
  const { authenticatorData, clientDataJSON, signature, userHandle } = found.response;
  form.querySelector('[name="_passkey"]').value = described(found, {
    authenticatorData: text(authenticatorData),
    clientDataJSON: text(clientDataJSON),
    signature: text(signature),
    userHandle: userHandle && text(userHandle),
  });
}

async function makeOne(form) {
  const options = await question(form, form.dataset.newPasskey);
  options.user.id = bytes(options.user.id);
  for (const known of options.excludeCredentials || []) known.id = bytes(known.id);
  const made = await navigator.credentials.create({ publicKey: options });
  form.querySelector('[name="passkey"]').value = described(made, {
    attestationObject: text(made.response.attestationObject),
    clientDataJSON: text(made.response.clientDataJSON),
  });
}

// Offered beside what the browser would fill into the field for the user name, where there is one.
// Only one question may be open at a time: pressing the button ends this one.
let waiting = null;

async function offerInField(form) {
  if (!PublicKeyCredential.isConditionalMediationAvailable) return;
  if (!(await PublicKeyCredential.isConditionalMediationAvailable())) return;
  waiting = new AbortController();
  try {
    await useOne(form, { mediation: "conditional", signal: waiting.signal });
    form.submit();
  } catch (_) {
    waiting = null;
  }
}

// A passkey belongs to a name; browsers refuse it where the address is a number.
const isNumber = /^[\d.]+$|^\[/.test(location.hostname);
for (const told of document.querySelectorAll("[data-nameless]")) told.hidden = !isNumber;
if (window.PublicKeyCredential && !isNumber) {
  for (const form of document.querySelectorAll("[data-passkey], [data-new-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.hidden = true;
      if (waiting) waiting.abort();
      try {
        await (form.dataset.passkey ? useOne(form) : makeOne(form));
        form.submit();
      } catch (_) {
        failed.hidden = false;
      }
    });
    if (form.dataset.inField) offerInField(form);
  }
}
