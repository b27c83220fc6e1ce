// Keeps lists fresh without reloading the page. Everything else works without this file.
const PERIOD_MS = 1500;

function renew(list) {
  if (document.hidden || list.contains(document.activeElement)) return;
  fetch(list.dataset.refresh)
    .then((answer) => (answer.ok ? answer.text() : list.dataset.shown))
    .then((text) => show(list, text.trim()))
    .catch(() => {
      // The sandbox is restarting: the next round will tell.
    });
}

function show(list, fresh) {
  if (fresh === list.dataset.shown) return;
  list.innerHTML = fresh;
  list.dataset.shown = fresh;
}

document.documentElement.classList.add("with-script");
for (const list of document.querySelectorAll("[data-refresh]")) {
  list.dataset.shown = list.innerHTML.trim();
  list.setAttribute("aria-live", "polite");
  setInterval(() => renew(list), PERIOD_MS);
}

// Typing another number chooses it.
for (const field of document.querySelectorAll(".other input")) {
  field.addEventListener("input", () => {
    document.querySelector('input[name="phone"][value="other"]').checked = true;
  });
}
