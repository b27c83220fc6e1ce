// Keeps lists fresh without reloading the page. Everything else works without this file.
const PERIOD_MS = 1500;

async function renew(list) {
  if (document.hidden || list.contains(document.activeElement)) return;
  try {
    const answer = await fetch(list.dataset.refresh);
    if (!answer.ok) return;
    const fresh = (await answer.text()).trim();
    if (fresh !== list.dataset.shown) {
      list.innerHTML = fresh;
      list.dataset.shown = fresh;
    }
  } catch {
    // The sandbox is restarting: the next round will tell.
  }
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
