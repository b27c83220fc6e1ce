// Follows one sign-in on another device: asks at most every two seconds, rests while the tab is
// hidden, looks at once when it is shown again, and hands in the form when it is confirmed.
// Written for the browsers inside old apps: see tests/interop/test_old_browsers.py.

const page = document.querySelector("[data-scan]");
const status = page.querySelector("[data-status]");
const telling = page.querySelector("[data-telling]");
const countdown = page.querySelector("[data-countdown]");
const finish = page.querySelector("[data-finish]");
const renew = page.querySelector("[data-renew]");
const opener = page.querySelector("[data-open]");
const INTERVAL = 2000;
const OVER = ["denied", "expired", "used"];

let state = page.dataset.state;
let expiresAt = performance.now() + Number(page.dataset.expiresIn) * 1000;
let lastAsked = 0;
let asking = false;
let timer;

function tell(next, reason) {
  if (status.dataset.state === next) return;
  status.dataset.state = next;
  const words = (name) => page.querySelector(`[data-tell="${name}"]`);
  telling.textContent = (words(reason) || words(next)).content.textContent;
  if (next === "offline") return;
  state = next;
  const title = page.querySelector(`[data-title="${reason}"]`);
  const shown = page.querySelector("[data-reason]");
  if (title && shown) shown.textContent = title.content.textContent;
  for (const veil of page.querySelectorAll("[data-when]")) {
    veil.hidden = !veil.dataset.when.split(" ").includes(next);
  }
  const over = OVER.includes(next);
  countdown.hidden = over || next === "confirmed";
  renew.hidden = !over;
  if (opener) opener.hidden = over;
  if (over && !document.hidden) renew.querySelector("button").focus();
}

function count() {
  const left = Math.max(0, Math.ceil((expiresAt - performance.now()) / 1000));
  countdown.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (left === 0 && (state === "pending" || state === "scanned")) tell("expired");
}

function ask() {
  if (asking || document.hidden || OVER.includes(state)) return;
  const wait = lastAsked + INTERVAL - performance.now();
  if (lastAsked && wait > 0) return later(wait);
  asking = true;
  lastAsked = performance.now();
  fetch(page.dataset.scan, { cache: "no-store", credentials: "same-origin" })
    .then(hear)
    .catch(() => tell("offline"))
    .then(() => {
      asking = false;
      later(INTERVAL);
    });
}

function hear(answer) {
  if (answer.status === 404) return tell("expired");
  if (!answer.ok) return tell("offline");
  return answer.json().then(follow);
}

function follow(answer) {
  expiresAt = performance.now() + answer.expires_in * 1000;
  tell(answer.state, answer.reason);
  if (answer.state === "confirmed") finish.submit();
}

function later(wait) {
  clearTimeout(timer);
  if (state !== "confirmed") timer = setTimeout(ask, wait);
}

finish.hidden = true;
count();
setInterval(count, 500);
document.addEventListener("visibilitychange", ask);
window.addEventListener("online", ask);
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
if (state === "confirmed") finish.submit();
else later(INTERVAL);
