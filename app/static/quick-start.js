// Waits for the first sign-in of an application; without it there is a link that looks again.
(function () {
  const line = document.querySelector("[data-waits]");
  const address = line && line.dataset.waits;
  if (!address) return;
  const EVERY = 3000;
  const ENDS = Date.now() + 30 * 60 * 1000;

  function later() {
    if (Date.now() < ENDS) setTimeout(look, EVERY);
  }

  async function look() {
    if (document.hidden) return later();
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      // Whoever is signed out meanwhile is sent to a page.
      const told = answer.ok && !answer.redirected ? await answer.json() : { sentence: "" };
      if (!told.sentence) return later();
      line.textContent = told.sentence;
      line.classList.add("good");
    } catch (error) {
      later();
    }
  }

  later();
})();
