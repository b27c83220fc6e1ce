/** The connection wants a phone number, or would like one. */

const { begin, Phone, SHEET } = require("../phone");

const GUIDE = "《桥登录小程序隐私保护指引》";
let phone;

afterEach(() => phone.throwAway());

async function scanned(connection, holder = {}) {
  const desktop = await begin("scan", { connection });
  phone = new Phone(holder);
  phone.enter("scan", desktop.query);
  await phone.sees("deny");
  return desktop;
}

function sent() {
  const { phone_code: code, phone_kind: kind } = phone.requests.at(-1).data;
  return { kind, hasCode: typeof code === "string" };
}

test("a required number is shared in the touch that confirms", async () => {
  const desktop = await scanned("required");
  expect(phone.find("confirm")).toBeUndefined();
  expect(phone.isDisabled("confirm-with-phone")).toBe(true);

  await phone.touch(`number-${desktop.number}`);
  await phone.touch("confirm-with-phone");

  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(sent()).toEqual({ kind: "quick", hasCode: true });
  expect(await desktop.finish()).toMatchObject({ phone_number: "+8613800138000" });
});

test("the real-time component is used where the mini program is configured so", async () => {
  const desktop = await scanned("required", { phoneKind: "realtime" });
  const { openType } = phone.find("confirm-with-phone").instance.data;

  await phone.touch(`number-${desktop.number}`);
  await phone.touch("confirm-with-phone");

  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(openType).toBe("getRealtimePhoneNumber");
  expect(sent()).toEqual({ kind: "realtime", hasCode: true });
  expect(await desktop.finish()).toMatchObject({ phone_number: "+8613800138000" });
});

test.each(Object.keys(SHEET))("a refused number sends nothing and is no end (%s)", async (refusal) => {
  const desktop = await scanned("required");
  await phone.touch(`number-${desktop.number}`);

  await phone.touch("confirm-with-phone", SHEET[refusal]);
  expect(await phone.sees("notice")).toContain("您没有授权手机号");
  expect(phone.requests).toHaveLength(1);
  await phone.touch("confirm-with-phone");

  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(await desktop.finish()).toMatchObject({ phone_number: "+8613800138000" });
});

test("who shares no number where it is optional signs in without", async () => {
  const desktop = await scanned("optional", { person: "john-smith" });
  await phone.touch(`number-${desktop.number}`);

  await phone.touch("confirm-with-phone", SHEET.deny);
  await phone.sees("notice");
  await phone.touch("confirm");

  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(sent()).toEqual({ kind: undefined, hasCode: false });
  expect(await desktop.finish()).not.toHaveProperty("phone_number");
});

test("who shares the number where it is optional signs in with it", async () => {
  const desktop = await scanned("optional");
  await phone.touch(`number-${desktop.number}`);

  await phone.touch("confirm-with-phone");

  expect(await phone.sees("ending")).toBe("已确认登录");
  expect(await desktop.finish()).toMatchObject({ phone_number: "+8613800138000" });
});

test("no connection that wants no number asks for one", async () => {
  await scanned("never", { privacyGuide: GUIDE });

  expect(phone.find("confirm-with-phone")).toBeUndefined();
  expect(phone.find("privacy")).toBeUndefined();
});

test("who has not agreed to the privacy guide can read it and agrees in the same touch", async () => {
  const desktop = await scanned("required", { privacyGuide: GUIDE });
  const { openType } = phone.find("confirm-with-phone").instance.data;

  expect(phone.text("privacy")).toContain(GUIDE);
  expect(openType).toBe("getPhoneNumber|agreePrivacyAuthorization");
  await phone.touch("privacy");
  expect(phone.hasReadGuide).toBe(true);
  await phone.touch(`number-${desktop.number}`);
  await phone.touch("confirm-with-phone");

  expect(await phone.sees("ending")).toBe("已确认登录");
});

test.each([
  [{ errno: 103, errMsg: "getPhoneNumber:fail" }, "未提供手机号"],
  [{ errno: 104, errMsg: "getPhoneNumber:fail privacy permission is not authorized" }, "未同意隐私保护指引"],
  [{ errno: 112, errMsg: "getPhoneNumber:fail api scope is not declared in the privacy agreement" }, "隐私保护指引中声明手机号"],
  [{ errno: 102, errMsg: "getPhoneNumber:fail jsapi has no permission" }, "小程序没有此权限"],
  [{ errno: 1400001, errMsg: "getPhoneNumber:fail" }, "额度已用完"],
  [{ errMsg: "getPhoneNumber:fail" }, "未取得手机号"],
  [{ errMsg: "getPhoneNumber:ok", code: "" }, "未取得手机号"],
])("what WeChat answers the phone button is told in words: %j", async (answer, words) => {
  const desktop = await scanned("required");
  await phone.touch(`number-${desktop.number}`);

  await phone.touch("confirm-with-phone", answer);

  expect(await phone.sees("notice")).toContain(words);
  expect(phone.requests).toHaveLength(1);
});
