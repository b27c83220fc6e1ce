/** What somebody does who has set up Qiao by the guide: the mini program of that deployment. */

const { begin, Phone } = require("../phone");

const APP = "wx5a4d000000000002";
let phone;

afterEach(() => phone.throwAway());

async function scanned(holder = {}) {
  const desktop = await begin("scan");
  phone = new Phone(holder);
  phone.enter("scan", desktop.query);
  await phone.sees("confirm");
  return desktop;
}

async function confirm(begun) {
  if (phone.find(`number-${begun.number}`)) {
    await phone.touch(`number-${begun.number}`);
  }
  await phone.touch("confirm");
  return phone.sees("ending");
}

async function launched(referrer, holder = {}) {
  const app = await begin("launch");
  phone = new Phone(holder);
  phone.enter("launch", app.query, referrer);
  await phone.sees("confirm");
  return app;
}

test("who scans sees who asks, picks the number and is signed in", async () => {
  const desktop = await scanned();
  expect(phone.text("name")).toBe("Shop");

  expect(await confirm(desktop)).toBe("已确认登录");
  expect(await desktop.finish()).toMatchObject({ idp: "wechat" });
});

test("who picks another number is not", async () => {
  const desktop = await scanned();
  const other = phone.page.instance.data.numbers.find(({ value }) => value !== desktop.number);

  await confirm({ number: other.value });

  expect((await desktop.finish()).error).toBe("denied");
});

test("who declines is not", async () => {
  const desktop = await scanned();

  await phone.touch("deny");
  await phone.sees("ending");

  expect((await desktop.finish()).error).toBe("denied");
});

test("a code that is too old says so", async () => {
  const desktop = await begin("scan", { expired: true });
  phone = new Phone();
  phone.enter("scan", desktop.query);

  expect(await phone.sees("ending")).toContain("已过期");
});

test("whom WeChat blocks is told so", async () => {
  const desktop = await scanned({ person: "wang-fang" });

  expect(await confirm(desktop)).toBe("微信不允许此账号登录");
  expect((await desktop.finish()).error).toBe("denied");
});

test("the app launches it, and is signed in without a number", async () => {
  const app = await launched(APP);
  expect(phone.find(`number-${app.number}`)).toBeUndefined();

  expect(await confirm(app)).toBe("已确认登录");
  await phone.touch("back-to-app");

  expect(await app.finish()).toMatchObject({ idp: "wechat" });
});

test("another app launches it, and the number is asked for", async () => {
  const app = await launched("wxffffffffffffff01");
  expect(phone.find(`number-${app.number}`)).toBeDefined();

  expect(await confirm(app)).toBe("已确认登录");
  expect(await app.finish()).toMatchObject({ idp: "wechat" });
});

test("the app is told that somebody declined", async () => {
  const app = await launched(APP);

  await phone.touch("deny");
  await phone.sees("ending");

  expect(await app.finish()).toEqual({ error: "DECLINED" });
});

test("the app is told whom WeChat blocks", async () => {
  const app = await launched(APP, { person: "wang-fang" });

  await confirm(app);

  expect(await app.finish()).toEqual({ error: "DECLINED" });
});
