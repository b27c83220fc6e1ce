/** What Qiao may answer but a story cannot easily bring about: other versions, faults, nonsense. */

const { begin, library, Phone } = require("../phone");

const TICKET = {
  state: "scanned",
  purpose: "launch",
  action: "sign_in",
  client: { name: "Shop", host: "shop.example", logo_uri: "/logos/5f.png" },
  connection: { id: "wechat", name: "微信" },
  device: null,
  place: null,
  ip: null,
  requested_at: 1800000000,
  expires_in: 180,
  numbers: null,
  phone: "never",
  sandbox: false,
};
const REFUSED = (error) => [400, { error, error_description: "A sentence for developers." }];
let phone;

beforeEach(() => {
  phone = new Phone();
});
afterEach(() => phone.throwAway());

async function opened(...answers) {
  phone.scripted = [...answers];
  phone.enter("launch", { ticket: "a-ticket" }, "wx5a4d000000000002");
  await phone.sees(answers[0][0] === 200 ? "deny" : "ending");
}

test("a launch that turns out to want a number shows the three", async () => {
  await opened([200, TICKET], REFUSED("number_required"), [200, { ...TICKET, numbers: [12, 34, 56] }]);

  await phone.touch("confirm");
  expect(await phone.sees("which")).toBe("应用中显示的是哪个数字？");
  expect(phone.text("notice")).toContain("请先选择数字");
  phone.scripted = [[200, { state: "confirmed", app_parameter: "qiao:confirmed" }]];
  await phone.touch("number-34");
  await phone.touch("confirm");

  await phone.sees("ending");
  expect(phone.requests.at(-1).data.number).toBe(34);
});

test("a connection that has come to require a phone number asks for it", async () => {
  await opened([200, TICKET], REFUSED("phone_required"), [200, { ...TICKET, phone: "required" }]);

  await phone.touch("confirm");

  expect(await phone.sees("confirm-with-phone")).toBe("确认登录并提供手机号");
  expect(phone.text("notice")).toContain("需要手机号");
});

test("the app is told of a refusal where Qiao says what to tell it", async () => {
  await opened([200, TICKET], [200, { state: "denied", app_parameter: "qiao:denied" }]);

  await phone.touch("deny");
  await phone.sees("ending");
  await phone.touch("back-to-app");

  expect(phone.returned).toBe("qiao:denied");
});

test("a ticket that was opened in a way that it does not allow is explained", async () => {
  await opened(REFUSED("wrong_entry"));

  expect(phone.text("ending")).toBe("打开方式不正确");
  expect(phone.find("retry")).toBeUndefined();
});

test.each([
  ["a proxy's page", [502, "<html>Bad Gateway</html>"]],
  ["a refusal without a code", [500, {}]],
  ["a code of a later version", [400, { error: "something_new" }]],
  ["a code that is a word of JavaScript", [400, { error: "constructor" }]],
])("%s is a problem of the server, to be tried again", async (_, answer) => {
  await opened(answer);

  expect(phone.text("ending")).toBe("服务器出错");
  expect(phone.text("retry")).toBe("重试");
});

test.each([null, "text", [], {}, { ...TICKET, purpose: "x" }, { ...TICKET, expires_in: "x" }])(
  "what is no ticket is a problem of the server: %j",
  async (body) => {
    phone.scripted = [[200, body]];

    phone.enter("scan", { scene: "a-ticket" });

    expect(await phone.sees("ending")).toBe("服务器出错");
  },
);

test("a ticket of which little can be read shows that little", async () => {
  const strange = { client: 7, connection: [], device: {}, requested_at: "now", numbers: "12" };

  await opened([200, { ...TICKET, ...strange, action: 1, phone: null }]);

  expect(phone.text("name")).toBe("?");
  expect(phone.text("facts")).toBe("");
  expect(phone.reads()).not.toMatch(/undefined|null|object|NaN/);
});

test.each([
  [true, "该应用自行注册，其名称未经核实。"],
  [false, undefined],
  ["true", undefined],
])("whether an application registered itself (%p) is told below its name", async (told, sentence) => {
  const client = { ...TICKET.client, registered_itself: told };

  await opened([200, { ...TICKET, client }]);

  expect(phone.text("unchecked")).toBe(sentence);
});

test("whose account this WeChat would get into is told before anything is agreed to", async () => {
  await opened([200, { ...TICKET, action: "link", link: { account: "han.meimei", identity: null } }]);

  expect(phone.text("linked")).toBe("此微信将能登录以下账号：han.meimei");
});

const HOSTILE = "<image src='/x'/>{{words.confirm}}\u202e\u0000\n&lt;b&gt;";

test("whatever somebody hostile calls things is text, on one line, and nothing else", async () => {
  const shown = "<image src='/x'/>{{words.confirm}} &lt;b&gt;";
  const place = { device: HOSTILE, place: HOSTILE, ip: HOSTILE };
  const identity = { name: HOSTILE, ending: HOSTILE, confirmed_at: "<b>", ...place };

  await opened([
    200,
    {
      ...TICKET,
      ...place,
      client: { name: HOSTILE, host: HOSTILE, logo_uri: HOSTILE },
      connection: { id: HOSTILE, name: HOSTILE },
      requested_at: HOSTILE,
      numbers: [12, HOSTILE, 56],
      link: { account: HOSTILE, identity },
    },
  ]);

  expect(phone.text("name")).toBe(shown);
  expect(phone.text("linked")).toContain(`${shown} ${shown}${[shown, shown, shown].join(" · ")}`);
  for (const id of ["name", "linked", "facts"]) {
    const leaves = [...phone.find(id).dom.querySelectorAll("*")];
    expect(leaves.filter(({ tagName }) => !/view$/i.test(tagName))).toEqual([]);
  }
  expect(phone.find("logo")).toBeUndefined();
  expect(phone.reads()).not.toMatch(/[\u0000\u202e]|undefined|null|NaN/);
  expect(phone.find("number-12")).toBeDefined();
});

test("an answer that confirms nothing is not told as a confirmation", async () => {
  await opened([200, TICKET], [200, "OK"]);

  await phone.touch("confirm");

  expect(await phone.sees("notice")).toContain("服务器出错");
});

test("the logo comes from Qiao and from nowhere else", async () => {
  await opened([200, TICKET]);

  expect(phone.find("logo").instance.data.src).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/logos\/5f\.png$/);
});

test.each([
  "https://evil.example/logo.png",
  "//evil.example/logo.png",
  "/\\evil.example/logo.png",
  "javascript:wx.login()",
  "data:image/svg+xml,<svg onload=alert(1)>",
  "/logos/a.png?track=1",
  7,
])("no picture is shown from %s", async (logo_uri) => {
  await opened([200, { ...TICKET, client: { ...TICKET.client, logo_uri } }]);

  expect(phone.find("logo")).toBeUndefined();
});

test("names stay on one line, short, and turn nothing round", async () => {
  const name = `\u202eevil\n\u0000${"长".repeat(300)}`;

  await opened([200, { ...TICKET, client: { ...TICKET.client, name } }]);

  expect(phone.text("name")).toMatch(/^evil 长{74}…$/u);
});

test("a number that is none is not offered", async () => {
  await opened([200, { ...TICKET, numbers: [12, "<b>34</b>", 56.5, 78] }]);

  expect(phone.find("number-12")).toBeDefined();
  expect(phone.page.querySelectorAll(".number").map(({ dom }) => dom.textContent)).toEqual(["12", "78"]);
});

test("each reason has a title and a text in both languages, each its own", () => {
  const { REASONS } = library("words");
  const said = Object.values(REASONS).flatMap(({ zh, en }) => [zh.text, en.text, en.title]);

  for (const { zh, en } of Object.values(REASONS)) {
    expect(zh.title + zh.text).toMatch(/\p{Script=Han}/u);
    expect(en.title + en.text).toMatch(/^[\x20-\x7e“”’…]+$/);
  }
  expect(said.filter((text) => text === "")).toEqual([]);
});

test.each([
  [{ errno: 5 }, "timeout"],
  [{ errno: 600002 }, "domain_missing"],
  [{ errMsg: "request:fail url not in domain list" }, "domain_missing"],
  [{ errMsg: "request:fail timeout" }, "timeout"],
  [{ errno: 600001, errMsg: "request:fail errcode:-7 cronet_error_code:-7 error_msg:net::ERR_TIMED_OUT" }, "timeout"],
  [{ errno: 600003, errMsg: "request:fail interrupted" }, "otherwise"],
  [{ errno: 1402101, errMsg: "login:fail" }, "login_blocked"],
  [{ errMsg: "getPhoneNumber:fail appid privacy api banned" }, "not_granted"],
  [{}, "otherwise"],
])("WeChat's failure %j is %s", (failure, reason) => {
  expect(library("wechat").reasonOf(failure, "otherwise")).toBe(reason);
});

const ENTRY = (scene, ticket, appId) => ({ scene, query: { ticket }, referrerInfo: { appId } });

test.each([
  ["the launch itself", [ENTRY(1069, "t", "wxapp")], ["wxapp", true]],
  ["recents after a launch", [ENTRY(1069, "t", "wxapp"), ENTRY(1089)], ["wxapp", true]],
  ["back from another mini program", [ENTRY(1069, "t", "wxapp"), ENTRY(1038, undefined, "wxother")], ["wxapp", true]],
  ["a scan after a launch", [ENTRY(1069, "t", "wxapp"), ENTRY(1047, "u")], [null, false]],
  ["recents after that scan", [ENTRY(1069, "t", "wxapp"), ENTRY(1047, "u"), ENTRY(1089)], [null, false]],
  ["recents alone", [ENTRY(1089)], [null, false]],
  ["another app", [ENTRY(1069, "t", "wxapp"), ENTRY(1069, "u", "wxelse")], ["wxelse", true]],
  ["a launch of which WeChat names no app", [ENTRY(1069, "t")], [null, true]],
  ["another mini program", [ENTRY(1037, "t", "wxother")], ["wxother", false]],
  ["an AppID that is none", [ENTRY(1069, "t", "wx app&x=1")], [null, true]],
])("which app launched the run: %s", (_, ways, [referrer, fromApp]) => {
  const { Entries } = library("entry");
  const entries = new Entries();

  const last = ways.map((way) => entries.read(way)).at(-1);

  expect([last.referrer, last.fromApp]).toEqual([referrer, fromApp]);
});

test.each([
  ["the same ticket again", ENTRY(1069, "t", "wxapp"), false],
  ["no ticket", ENTRY(1089), false],
  ["the same ticket from the recents", ENTRY(1089, "t"), false],
  ["another ticket", ENTRY(1069, "u", "wxapp"), true],
  ["the same ticket by a scan", ENTRY(1047, "t"), true],
  ["the same ticket from another app", ENTRY(1069, "t", "wxelse"), true],
  ["a preview in Moments", ENTRY(1154, "t"), true],
])("after a launch with a ticket, %s is new: %#", (_, way, expected) => {
  const { Entries, isNew } = library("entry");
  const entries = new Entries();
  const first = entries.read(ENTRY(1069, "t", "wxapp"));

  expect(isNew(entries.read(way), first)).toBe(expected);
  expect(isNew(first, null)).toBe(true);
});

test.each([
  [{ scene: "abc-_9" }, "abc-_9"],
  [{ scene: "abc%2D9" }, "abc-9"],
  [{ ticket: "abc" }, "abc"],
  [{ ticket: "abc", scene: "def" }, "abc"],
  [{ scene: "%E0%A4%A" }, null],
  [{ scene: "../admin" }, null],
  [{ ticket: "a?b=c" }, null],
  [{ ticket: "a".repeat(65) }, null],
  [{ ticket: "" }, null],
  [{}, null],
])("the ticket in %j is %s", (query, ticket) => {
  const { Entries } = library("entry");

  expect(new Entries().read({ scene: 1047, query }).ticket).toBe(ticket);
  expect(new Entries().read({ scene: 1047 }, query).ticket).toBe(ticket);
});

test("a page that WeChat loads anew in the same run begins where the entry says", async () => {
  const desktop = await begin("scan");
  phone.enter("scan", desktop.query);
  await phone.sees("confirm");

  phone.page.instance.onUnload();
  phone.page.instance.entry = null;
  phone.page.instance.onLoad({});
  phone.page.instance.onShow();

  expect(await phone.sees("confirm")).toBe("确认登录");
});
