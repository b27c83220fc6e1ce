/** A code on a desktop's screen is scanned. */

const { advance, begin, Phone, wechatAnswers } = require("../phone");

let phone;

afterEach(() => phone.throwAway());

async function scanned(more = {}, holder = {}) {
  const desktop = await begin("scan", more);
  phone = new Phone(holder);
  phone.enter("scan", desktop.query);
  await phone.sees("confirm");
  return desktop;
}

async function confirm(desktop) {
  await phone.touch(`number-${desktop.number}`);
  await phone.touch("confirm");
}

test("who scans sees who asks, picks the number, confirms, and is signed in", async () => {
  const desktop = await scanned({ name: "Shop" });

  expect(phone.text("name")).toBe("Shop");
  expect(phone.text("asks")).toBe("请求您在另一台设备上登录");
  for (const fact of ["shop.example", "Chrome", "127.0.0.1", "与此手机在同一网络"]) {
    expect(phone.text("facts")).toContain(fact);
  }
  expect(phone.text("facts")).toMatch(/\d\d:\d\d/);
  expect(phone.text("sandbox")).toContain("测试环境");
  expect(phone.title).toBe("微信登录");
  await confirm(desktop);

  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(phone.text("explanation")).toBe("请在另一屏幕上继续。");
  expect(await desktop.finish()).toMatchObject({ idp: "never", amr: ["wechat"] });
});

test("who reads no Chinese is told everything in English, by the server too", async () => {
  const desktop = await scanned({}, { language: "fr" });

  expect(phone.text("asks")).toBe("asks you to sign in on another screen");
  expect(phone.text("facts")).toContain("The same network as this phone");
  await confirm(desktop);

  expect(await phone.sees("ending")).toBe("Confirmed");
  expect(phone.reads()).not.toMatch(/\p{Script=Han}/u);
});

test("nothing is confirmed without a touch, however long the page is open", async () => {
  const desktop = await scanned();

  phone.comeBack();
  phone.comeBack();
  await new Promise((resolve) => setTimeout(resolve, 300));

  expect(phone.requests.map(({ method, step }) => `${method} ${step}`)).toEqual(["GET read"]);
  expect(await desktop.finish()).toEqual({ error: "scanned" });
});

test("who confirms before picking a number is asked for it, and nothing is sent", async () => {
  const desktop = await scanned();

  await phone.touch("confirm");

  expect(await phone.sees("notice")).toContain("请先选择数字");
  expect(phone.requests).toHaveLength(1);
  await confirm(desktop);
  expect(await phone.sees("ending")).toBe("已确认登录");
});

test("a number that was picked by mistake can be changed before it is confirmed", async () => {
  const desktop = await scanned();
  const others = phone.page.instance.data.numbers.filter(({ value }) => value !== desktop.number);

  await phone.touch(`number-${others[0].value}`);
  await confirm(desktop);

  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(await desktop.finish()).toMatchObject({ idp: "never" });
});

test("a wrong number ends the sign-in at once", async () => {
  const desktop = await scanned();
  const [wrong] = phone.page.instance.data.numbers.filter(({ value }) => value !== desktop.number);

  await phone.touch(`number-${wrong.value}`);
  await phone.touch("confirm");

  expect(await phone.sees("ending")).toBe("数字不正确");
  expect(phone.find("retry")).toBeUndefined();
  expect(await desktop.finish()).toEqual({ error: "denied" });
});

test("who declines signs nobody in", async () => {
  const desktop = await scanned();

  await phone.touch("deny");

  expect(await phone.sees("ending")).toBe("已拒绝登录");
  expect(phone.text("explanation")).toBe("没有人登录。");
  expect(await desktop.finish()).toEqual({ error: "denied" });
});

test("two touches are one confirmation", async () => {
  const desktop = await scanned();
  await phone.touch(`number-${desktop.number}`);

  await Promise.all([phone.touch("confirm"), phone.touch("confirm"), phone.touch("deny")]);

  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(phone.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});

test("a code that has expired before it is scanned is explained", async () => {
  const desktop = await begin("scan");
  await advance(200);
  phone = new Phone();

  phone.enter("scan", desktop.query);

  expect(await phone.sees("ending")).toBe("登录已过期");
  expect(phone.find("retry")).toBeUndefined();
});

test("a sign-in that expires before the person answers is explained", async () => {
  const desktop = await scanned();
  await advance(200);

  await confirm(desktop);

  expect(await phone.sees("ending")).toBe("登录已过期");
  expect(await desktop.finish()).toEqual({ error: "expired" });
});

test("a code that somebody has confirmed already cannot be confirmed again", async () => {
  const desktop = await scanned();
  await confirm(desktop);
  await phone.sees("ending");
  phone.throwAway();

  phone = new Phone({ person: "han-meimei" });
  phone.enter("scan", desktop.query);
  expect(await phone.sees("ending")).toBe("登录已确认");

  await desktop.finish();
  phone.throwAway();
  phone = new Phone({ person: "han-meimei" });
  phone.enter("scan", desktop.query);
  expect(await phone.sees("ending")).toBe("登录已完成");
});

test("whom WeChat holds to be a high risk is not let in, and told so", async () => {
  const desktop = await scanned({}, { person: "wang-fang" });

  await confirm(desktop);

  expect(await phone.sees("ending")).toBe("微信不允许此账号登录");
  expect(phone.find("retry")).toBeUndefined();
  expect(await desktop.finish()).toHaveProperty("error");
});

test("a code that WeChat refuses is replaced at the next touch", async () => {
  const desktop = await scanned();
  await wechatAnswers({ errcode: 40163 });

  await confirm(desktop);
  expect(await phone.sees("notice")).toContain("请再确认一次");
  await phone.touch("confirm");

  expect(await phone.sees("ending")).toBe("已确认登录");
  const [first, second] = phone.requests.slice(1).map(({ data }) => data.js_code);
  expect(first).not.toBe(second);
});

test("the same step works once WeChat answers again", async () => {
  const desktop = await scanned();
  await wechatAnswers({ status: 502 });

  await confirm(desktop);
  expect(await phone.sees("notice")).toContain("微信暂时没有响应");
  await phone.touch("confirm");

  expect(await phone.sees("ending")).toBe("已确认登录");
});

test("what an administrator must mend is no end either", async () => {
  const desktop = await scanned();
  await wechatAnswers({ errcode: 40125 });

  await confirm(desktop);
  expect(await phone.sees("notice")).toContain("暂时无法使用微信登录");
  await phone.touch("confirm");

  expect(await phone.sees("ending")).toBe("已确认登录");
});

test("a name and a logo of somebody hostile are text and no picture", async () => {
  const name = "<script>wx.login()</script>{{name}}\u202egnp.exe &lt;b&gt;";

  await scanned({ name });

  expect(phone.text("name")).toBe("<script>wx.login()</script>{{name}} gnp.exe &lt;b&gt;");
  expect(phone.find("name").dom.children).toHaveLength(0);
  expect(phone.find("logo")).toBeUndefined();
});

test("after a scan the mini program closes in a touch, or says how to close it", async () => {
  await scanned();
  await phone.touch("deny");
  await phone.sees("ending");
  expect(phone.find("back-to-app")).toBeUndefined();

  phone.canExit = false;
  await phone.touch("close");
  expect(await phone.sees("close-by-hand")).toContain("右上角");

  phone.canExit = true;
  await phone.touch("close");
  expect(phone.isOpen).toBe(false);
});

test("a code that is none of ours, or none at all, is explained", async () => {
  phone = new Phone();

  phone.enter("scan", { scene: "AAAAAAAAAAAAAAAAAAAAAA" });
  expect(await phone.sees("ending")).toBe("无法识别");

  phone.throwAway();
  phone = new Phone();
  phone.enter("recents", {});
  expect(await phone.sees("ending")).toBe("没有待确认的登录");
  expect(phone.requests).toEqual([]);
});

test("from a phone's browser the person goes back there", async () => {
  const browser = await begin("link");
  phone = new Phone();

  phone.enter("link", browser.query);
  await phone.sees("confirm");
  expect(phone.text("asks")).toBe("请求您在浏览器中登录");
  expect(phone.text("which")).toBe("浏览器中显示的是哪个数字？");
  await confirm(browser);

  await phone.sees("ending");
  expect(phone.text("explanation")).toBe("请返回浏览器继续。");
  expect(await browser.finish()).toMatchObject({ amr: ["wechat"] });
});
