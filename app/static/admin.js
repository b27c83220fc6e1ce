// What scripts add to the console; every form works without them.

const $$ = (selector) => document.querySelectorAll(selector);

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

// Frames that show what is typed: colours and words, before anything is saved.
for (const form of $$("form[data-shown-live]")) {
  const frames = $$("iframe[data-look]");
  const show = () => {
    for (const frame of frames) {
      const address = new URL(frame.src);
      for (const field of form.querySelectorAll('input[type="text"][name]')) {
        if (field.value.trim()) address.searchParams.set(field.name, field.value.trim());
        else address.searchParams.delete(field.name);
      }
      if (address.href !== frame.src) frame.src = address.href;
    }
  };
  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 300);
  });
}

// Colour pickers beside the fields that hold the colour.
for (const picker of $$("[data-picks]")) {
  const field = document.getElementById(picker.dataset.picks);
  picker.hidden = false;
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value;
  });
}

// A part that follows what happens: asked for again every few seconds, and put in its place. It keeps
// still for who reads, and says what is new to those who do not see it. Once the page has no such
// part any more, what it followed has ended.
const follow = async () => {
  const old = document.querySelector("[data-follow]");
  const reads = document.hidden || String(getSelection()) || old.contains(document.activeElement);
  if (reads) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const anew = page.querySelector("[data-follow]");
  if (!anew) location.reload();
  else if (anew.outerHTML !== old.outerHTML) {
    if (anew.dataset.says !== old.dataset.says) {
      document.querySelector("[data-said]").textContent = anew.dataset.says;
    }
    old.replaceWith(document.adoptNode(anew));
  }
};
const followed = document.querySelector("[data-follow]");
if (followed) setInterval(follow, Number(followed.dataset.follow) * 1000);
