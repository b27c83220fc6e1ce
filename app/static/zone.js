// Tells the server the browser's time zone, which it writes times in.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const told = () => (document.cookie.match(/(?:^|; )qiao_zone=([^;]*)/) || [])[1];
if (zone && told() !== zone) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `qiao_zone=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
  // Once, where this page was written in another: not where the browser keeps no cookies.
  const written = document.querySelector("[data-zone]");
  if (written && written.dataset.zone !== zone && told() === zone) location.reload();
}
