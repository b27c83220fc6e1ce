// npm standardwebhooks: verifies one webhook that Qiao has sent.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secrets, body, headers } = JSON.parse(readFileSync(0, "utf8"));
const told = secrets.map((secret) => {
  try {
    return new Webhook(secret).verify(body, headers);
  } catch (error) {
    return error.constructor.name;
  }
});
console.log(JSON.stringify(told));
