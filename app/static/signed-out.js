// Goes on to the application when every frame has loaded, or after a few seconds without it: an
// application that does not answer must not keep anybody here.

const onward = document.querySelector("[data-onward]");
const frames = document.querySelectorAll("iframe");
let waiting = frames.length;
let gone = false;

function goOn() {
  if (gone) return;
  gone = true;
  location.replace(onward.href);
}

function loaded() {
  waiting -= 1;
  if (waiting <= 0) goOn();
}

if (document.readyState === "complete" || !waiting) goOn();
for (const frame of frames) frame.addEventListener("load", loaded, { once: true });
addEventListener("load", goOn);
setTimeout(goOn, Number(onward.dataset.onward) * 1000);
