/** The network is lost, at each step and in both directions. */

const { begin, Phone } = require("../phone");

let phone;

afterEach(() => phone.throwAway());

async function scanned() {
  const desktop = await begin("scan");
  phone = new Phone();
  phone.enter("scan", desktop.query);
  await phone.sees("confirm");
  await phone.touch(`number-${desktop.number}`);
  return desktop;
}

test("who is offline when the page opens tries again", async () => {
  const desktop = await begin("scan");
  phone = new Phone();
  phone.network = "lost";

  phone.enter("scan", desktop.query);
  expect(await phone.sees("ending")).toBe("无法连接服务器");
  expect(await desktop.finish()).toEqual({ error: "pending" });
  phone.network = "good";
  await phone.touch("retry");

  expect(await phone.sees("confirm")).toBe("确认登录");
});

test("who is offline when they confirm stays on the page and confirms once more", async () => {
  const desktop = await scanned();
  phone.network = "lost";

  await phone.touch("confirm");
  expect(await phone.sees("notice")).toContain("无法连接服务器");
  phone.network = "good";
  await phone.touch("confirm");

  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(await desktop.finish()).toMatchObject({ amr: ["wechat"] });
});

test("who is offline when they decline is told, and nobody is signed in", async () => {
  const desktop = await scanned();
  phone.network = "lost";

  await phone.touch("deny");

  expect(await phone.sees("notice")).toContain("无法连接服务器");
  expect(await desktop.finish()).toEqual({ error: "scanned" });
});

test("a confirmation whose answer is lost is one confirmation, and told as such", async () => {
  const desktop = await scanned();
  phone.network = "deaf";

  await phone.touch("confirm");
  await phone.sees("notice");
  phone.network = "good";
  await phone.touch("confirm");

  expect(await phone.sees("ending")).toBe("登录已确认");
  expect(await desktop.finish()).toMatchObject({ amr: ["wechat"] });
  expect(await desktop.finish()).toEqual({ error: "used" });
});

test("a refusal whose answer is lost can be given again", async () => {
  const desktop = await scanned();
  phone.network = "deaf";

  await phone.touch("deny");
  await phone.sees("notice");
  phone.network = "good";
  await phone.touch("deny");

  expect(await phone.sees("ending")).toBe("已拒绝登录");
  expect(await desktop.finish()).toEqual({ error: "denied" });
});

test("a WeChat that blocks signing in is explained, and nothing is sent", async () => {
  const desktop = await begin("scan");
  phone = new Phone({ person: "zhang-wei" });
  phone.wechatCode = () => Promise.reject(new Error("blocked"));
  phone.enter("scan", desktop.query);
  await phone.sees("confirm");

  await phone.touch(`number-${desktop.number}`);
  await phone.touch("confirm");

  expect(await phone.sees("ending")).toBe("微信已限制登录");
  expect(phone.requests).toHaveLength(1);
});
