import { getToken } from "next-auth/jwt";

export default async function handler(req, res) {
  const token = await getToken({ req, secret: "only-for-this-test" });
  token ? res.json(token) : res.status(401).end();
}
