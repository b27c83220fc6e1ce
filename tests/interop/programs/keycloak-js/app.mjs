// Serves one page with keycloak-js's adapter for any OpenID provider, as its documents have it.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const { ISSUER, CLIENT_ID, PORT } = process.env;
const page = `<!doctype html><title>keycloak-js</title>
<button id=in hidden>Log in</button>
<button id=out hidden>Log out</button><p id=known></p>
<script type=module>
import Keycloak from "/keycloak.js";
const keycloak = new Keycloak({ oidcProvider: "${ISSUER}", clientId: "${CLIENT_ID}" });
const button = (id, act) => { const it = document.getElementById(id); it.hidden = false; it.onclick = act; };
if (await keycloak.init({ checkLoginIframe: false, pkceMethod: "S256" })) {
  document.getElementById("known").textContent = JSON.stringify(await keycloak.loadUserInfo());
  button("out", () => keycloak.logout());
} else {
  button("in", () => keycloak.login());
}
</script>`;
createServer((req, res) => {
  if (req.url === "/keycloak.js") {
    res.setHeader("Content-Type", "text/javascript");
    return res.end(readFileSync("node_modules/keycloak-js/lib/keycloak.js"));
  }
  res.setHeader("Content-Type", "text/html");
  return res.end(page);
}).listen(PORT, "127.0.0.1");
