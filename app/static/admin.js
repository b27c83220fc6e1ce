// What scripts add to the console; every form works without them.

const $$ = (selector) => document.querySelectorAll(selector);

// Where the tabs do not fit, the current one is in sight.
for (const current of $$(".tabs [aria-current]")) {
  const strip = current.closest("nav");
  const [inner, outer] = [current.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
}

// The slash opens the search, wherever nobody is typing.
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("find");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !field) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// What was told can be put away.
for (const button of $$("[data-close]")) {
  button.hidden = false;
  button.addEventListener("click", () => button.closest(".note").remove());
}

// Copy buttons.
for (const button of $$("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const from = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText("value" in from ? from.value : from.textContent);
    const said = button.textContent;
    button.textContent = "✓";
    setTimeout(() => { button.textContent = said; }, 1500);
  });
}

// A list that narrows as one types.
for (const field of $$("[data-narrows]")) {
  const list = field.dataset.narrows;
  const told = document.querySelector(`[data-narrowed="${list}"]`);
  field.addEventListener("input", () => {
    const sought = field.value.trim().toLowerCase();
    let found = 0;
    for (const one of $$(`#${list} > li`)) {
      one.hidden = !one.dataset.words.includes(sought);
      found += one.hidden ? 0 : 1;
    }
    told.hidden = found > 0;
  });
}

// The button's preview follows the names as they are typed.
const typed = (locale) => document.querySelector(`[data-preview="${locale}"]`)?.value.trim();
for (const field of $$("[data-preview]")) {
  field.addEventListener("input", () => {
    for (const shown of $$("[data-previewed]")) {
      const other = shown.dataset.previewed === "en" ? "zh" : "en";
      shown.textContent = typed(shown.dataset.previewed) || typed(other) || "…";
    }
  });
}

// Whether a unique ID can be had, asked when typing pauses.
for (const field of $$("[data-check]")) {
  const told = document.querySelector(`[data-checked="${field.id}"]`);
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const asked = field.value;
      const answer = await fetch(`${field.dataset.check}?id=${encodeURIComponent(asked)}`);
      if (!answer.ok || field.value !== asked) return;
      const { ok, sentence } = await answer.json();
      told.textContent = sentence;
      told.className = ok ? "good" : "bad";
      field.setAttribute("aria-invalid", String(!ok));
    }, 300);
  });
}

// The first field that has to be mended gets the focus.
document.querySelector('.work [aria-invalid="true"]:not(fieldset)')?.focus();

// Passkeys.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function question(form, address) {
  const token = form.querySelector('[name="csrf_token"]').value;
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token } });
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

async function useOne(form) {
  const options = await question(form, form.dataset.passkey);
  const found = await navigator.credentials.get({ publicKey: options });
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
  for (const known of options.excludeCredentials ?? []) known.id = bytes(known.id);
  const made = await navigator.credentials.create({ publicKey: options });
  form.querySelector('[name="passkey"]').value = described(made, {
    attestationObject: text(made.response.attestationObject),
    clientDataJSON: text(made.response.clientDataJSON),
  });
}

// A passkey belongs to a name; browsers refuse it where the address is a number.
const isNumber = /^[\d.]+$|^\[/.test(location.hostname);
for (const told of $$("[data-nameless]")) told.hidden = !isNumber;
if (window.PublicKeyCredential && !isNumber) {
  for (const form of $$("[data-passkey], [data-new-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.hidden = true;
      try {
        await (form.dataset.passkey ? useOne(form) : makeOne(form));
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
}

// The log follows what happens, and keeps still for who reads: not while something is selected.
if (document.querySelector("[data-live]")) {
  setInterval(async () => {
    if (document.hidden || String(getSelection())) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [old, anew] = [document, page].map((one) => one.querySelector("[data-live]"));
    if (anew && anew.innerHTML !== old.innerHTML) old.replaceWith(document.adoptNode(anew));
  }, 3000);
}
