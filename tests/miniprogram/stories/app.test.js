/** A native app launches the mini program, and warm starts bring one sign-in after another. */

const { begin, Phone, wechatAnswers } = require("../phone");

const APP = "wx5a4d000000000002";
let phone;

afterEach(() => phone.throwAway());

async function launched() {
  const app = await begin("launch");
  phone ??= new Phone();
  phone.enter("launch", app.query, APP);
  await phone.sees("confirm");
  return app;
}

async function confirm(begun) {
  // The app always has a number; the mini program asks for it where WeChat does not name the app.
  if (phone.find(`number-${begun.number}`)) {
    await phone.touch(`number-${begun.number}`);
  }
  await phone.touch("confirm");
}

/** What Qiao was told of the way in, by each request. */
function entered() {
  return phone.requests.map(({ url, data }) => {
    const query = new URL(url).searchParams;
    const scene = data?.scene ?? Number(query.get("scene"));
    return [scene, data?.referrer_app_id ?? query.get("referrer_app_id")];
  });
}

beforeEach(() => {
  phone = undefined;
});

test("who confirms goes back to the app, which is told to look again", async () => {
  const app = await launched();
  expect(phone.text("asks")).toBe("请求您登录应用");

  await confirm(app);
  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(phone.find("close")).toBeUndefined();
  await phone.touch("back-to-app");

  expect(phone.returned).toBe("qiao:confirmed");
  expect(await app.finish()).toMatchObject({ idp: "never", amr: ["wechat"] });
});

test("who declines goes back to the app as well", async () => {
  const app = await launched();

  await phone.touch("deny");
  await phone.sees("ending");
  await phone.touch("back-to-app");

  expect(phone.returned).toBeDefined();
  expect(await app.finish()).toEqual({ error: "access_denied" });
});

test("whom WeChat refuses has a way back to the app too", async () => {
  phone = new Phone({ person: "wang-fang" });
  const app = await launched();

  await confirm(app);

  expect(await phone.sees("ending")).toBe("微信不允许此账号登录");
  expect(phone.text("back-to-app")).toBe("返回应用");
});

test("where WeChat does not go back, the person is told to do it by hand", async () => {
  const app = await launched();
  await confirm(app);
  await phone.sees("ending");
  phone.canLaunchApp = false;

  await phone.touch("back-to-app");

  expect(await phone.sees("back-by-hand")).toContain("手动切换");
  expect(phone.find("back-to-app")).toBeUndefined();
  await phone.touch("close");
  expect(phone.isOpen).toBe(false);
});

test("Qiao is told the scene and the app of the launch, at each step", async () => {
  const app = await launched();

  await confirm(app);
  await phone.sees("ending");

  expect(entered()).toEqual([[1069, APP], [1069, APP]]);
});

test("coming back from the recents changes nothing, and the app is still known", async () => {
  const app = await launched();

  phone.enter("recents", {});
  expect(phone.requests).toHaveLength(1);
  await confirm(app);
  await phone.sees("ending");
  await phone.touch("back-to-app");

  expect(entered()).toEqual([[1069, APP], [1069, APP]]);
  expect(phone.returned).toBe("qiao:confirmed");
});

test("a second ticket on a warm start takes the page, and each sign-in ends its own way", async () => {
  const first = await launched();
  const desktop = await begin("scan");

  phone.enter("scan", desktop.query);
  await phone.sees("which");
  await phone.touch(`number-${desktop.number}`);
  await phone.touch("confirm");

  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(phone.find("back-to-app")).toBeUndefined();
  expect(entered().at(-1)).toEqual([1047, null]);
  expect(await desktop.finish()).toMatchObject({ amr: ["wechat"] });
  expect(await first.finish()).toEqual({ error: "insufficient_authorization" });
});

test("an answer to the first ticket that comes late is not shown over the second", async () => {
  const first = await launched();
  const second = await begin("launch", { name: "Second" });

  await wechatAnswers({ delay: 0.3 });
  await confirm(first);
  await phone.sends("confirm");
  phone.enter("launch", second.query, APP);
  expect(await phone.sees("name")).toBe("Second");
  await phone.hearsAll();

  expect(phone.text("name")).toBe("Second");
  expect(phone.find("ending")).toBeUndefined();
  expect(await first.finish()).toMatchObject({ amr: ["wechat"] });
  expect(await second.finish()).toEqual({ error: "insufficient_authorization" });
});

test("the first ticket can be opened again after the second", async () => {
  const first = await launched();
  const second = await launched();
  await confirm(second);
  await phone.sees("ending");

  phone.enter("launch", first.query, APP);
  await phone.sees("confirm");
  await confirm(first);

  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(await first.finish()).toMatchObject({ amr: ["wechat"] });
});

test("in single-page mode nothing is asked, and the way out of it is told", async () => {
  const desktop = await begin("scan");
  phone = new Phone();

  phone.enter("singlePage", desktop.query);

  expect(await phone.sees("ending")).toBe("请打开完整的小程序");
  expect(phone.requests).toEqual([]);
  expect(await desktop.finish()).toEqual({ error: "pending" });
});
