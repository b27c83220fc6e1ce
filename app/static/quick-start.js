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

  function told(answer) {
    // Whoever is signed out meanwhile is sent to a page.
    return answer.ok && !answer.redirected ? answer.json() : { sentence: "" };
  }

  function show(found) {
    if (!found.sentence) return later();
    line.textContent = found.sentence;
    line.classList.add("good");
  }

  function look() {
    if (document.hidden) return later();
    fetch(address, { headers: { Accept: "application/json" } }).then(told).then(show).catch(later);
  }

  later();
})();
