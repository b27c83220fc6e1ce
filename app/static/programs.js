// Narrows the list while somebody types; without it the form searches.
(function () {
  const field = document.querySelector("[data-narrows]");
  const list = document.getElementById(field.dataset.narrows);
  const none = document.getElementById("none-found");
  if (field.value) return; // the server has narrowed it already

  field.addEventListener("input", function () {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const section of list.querySelectorAll("[data-narrowed]")) {
      let here = 0;
      for (const row of section.querySelectorAll("[data-words]")) {
        const fits = words.every((word) => row.dataset.words.includes(word));
        row.hidden = !fits;
        if (fits) here += 1;
      }
      section.hidden = here === 0;
      found += here;
    }
    none.hidden = found > 0;
  });
})();
