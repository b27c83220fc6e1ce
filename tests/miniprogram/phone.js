/**
 * A phone with WeChat on it, in somebody's hand: it runs the mini program's page in Tencent's
 * simulator, and what the page asks of `wx` goes to a live Qiao and to the sandbox's WeChat.
 */

const http = require("http");
const path = require("path");
const jComponent = require("j-component");
const simulate = require("miniprogram-simulate");

const { MINIPROGRAM, STAGE, SANDBOX } = process.env;
const APP_ID = "wx5a4d000000000001";
const PATIENCE = 15000; // milliseconds

// The simulator's own components keep none of their attributes.
register("button", { disabled: Boolean, openType: String, appParameter: String });
register("image", { src: String });

function register(id, properties) {
  jComponent.register({ id, tagName: `wx-${id}`, template: "<slot/>", properties });
}

/** WeChat's numbers for the ways in. */
const SCENE = { scan: 1047, link: 1167, launch: 1069, recents: 1089, singlePage: 1154 };

/** What the phone button comes back with when the person does not simply allow it. */
const SHEET = {
  deny: { errMsg: "getPhoneNumber:fail user deny" },
  denyOnAndroid: { errMsg: "getPhoneNumber:fail:user deny" },
};

class Phone {
  /**
   * @param person who holds it, by the sandbox's id.
   * @param phoneKind which of the two configured mini programs is installed.
   * @param privacyGuide name of a guide that the person has not agreed to yet.
   */
  constructor({ person = "li-lei", phoneKind = "quick", language = "zh_CN", privacyGuide } = {}) {
    Object.assign(this, { person, language, privacyGuide });
    this.folder = path.join(MINIPROGRAM, phoneKind);
    this.page = null;
    this.enterOptions = null;
    /** `lost`: requests do not arrive; `deaf`: they do, and the answers are lost. */
    this.network = "good";
    /** Answers that are given instead of Qiao's, one for each request: `[status, body]`. */
    this.scripted = [];
    this.requests = [];
    this.answered = 0;
    this.underWay = 0;
    this.mostUnderWay = 0;
    this.isTouching = false;
    this.canLaunchApp = false;
    this.canExit = true;
    /** What the app was given when WeChat went back to it. */
    this.returned = undefined;
    this.isOpen = false;
    global.wx = this.wx();
  }

  /** Opens the mini program: the first time loads it, later is a warm start. */
  enter(way, query, referrer) {
    const scene = SCENE[way] ?? way;
    const referrerInfo = referrer === undefined ? {} : { appId: referrer };
    this.enterOptions = { path: "pages/login/index", scene, query, referrerInfo };
    this.canLaunchApp = scene === SCENE.launch || (this.canLaunchApp && scene === SCENE.recents);
    if (this.page === null) {
      this.load();
      this.page.instance.onLoad(query);
    }
    this.isOpen = true;
    this.page.instance.onShow();
  }

  /** Turns to something else for a moment and comes back. */
  comeBack() {
    this.page.instance.onShow();
  }

  load() {
    jest.resetModules(); // a new run of the mini program remembers nothing of the last
    const id = simulate.load(path.join(this.folder, "pages/login/index"), { rootPath: this.folder });
    this.page = simulate.render(id);
    this.page.attach(document.body);
  }

  /** Ends the run, in which there was never more than one request at a time. */
  throwAway() {
    expect(this.mostUnderWay).toBeLessThan(2);
    this.page?.instance.onUnload();
    this.page?.detach();
  }

  find(id) {
    return this.page.querySelector(`#${id}`);
  }

  text(id) {
    return this.find(id)?.dom.textContent;
  }

  /** All that can be read on the screen. */
  reads() {
    return this.page.dom.textContent;
  }

  /** Waits until it is there; its text. */
  async sees(id) {
    await this.until(() => this.find(id) !== undefined && this.underWay === 0, `#${id}`);
    return this.text(id);
  }

  /** Waits until this step of the ticket API is asked for. */
  async sends(step) {
    await this.until(() => this.requests.at(-1)?.step === step, `request for ${step}`);
  }

  /** Waits until everything that was ever asked has been answered, also what was aborted. */
  async hearsAll() {
    await this.until(() => this.answered === this.requests.length, "answer");
  }

  async until(isSo, what) {
    const deadline = Date.now() + PATIENCE;
    while (!isSo()) {
      if (Date.now() > deadline) {
        throw new Error(`no ${what}; on the screen is:\n${this.page.dom.outerHTML}`);
      }
      await simulate.sleep(5);
    }
    await simulate.sleep(0);
  }

  isDisabled(id) {
    return this.find(id).instance.data.disabled;
  }

  /**
   * Touches a button.
   *
   * @param sheet how WeChat's question behind the phone button is answered; nothing: allowed.
   */
  async touch(id, sheet) {
    const touched = this.find(id);
    const { disabled, openType = "", appParameter } = touched.instance?.data ?? {};
    if (disabled) {
      return;
    }
    if (openType.includes("PhoneNumber")) {
      const event = openType.split("|")[0].toLowerCase();
      await this.happens(touched, event, sheet ?? (await this.allowPhone()));
    } else if (openType === "launchApp" && this.canLaunchApp) {
      this.returned = appParameter;
    } else if (openType === "launchApp") {
      await this.happens(touched, "error", { errMsg: "launchApp:fail invalid scene" });
    } else {
      await this.happens(touched, "tap");
    }
  }

  async happens(touched, event, detail) {
    this.isTouching = true;
    touched.dispatchEvent(event, { detail });
    await simulate.sleep(0);
    this.isTouching = false;
  }

  async allowPhone() {
    const { code } = await this.wechatCode("phone");
    return { errMsg: "getPhoneNumber:ok", code };
  }

  wechatCode(kind) {
    return sandbox("/codes", { kind, person: this.person, appid: APP_ID });
  }

  /** The whole of `wx` that there is: whatever else is called does not exist. */
  wx() {
    return {
      getEnterOptionsSync: () => this.enterOptions,
      getAppBaseInfo: () => ({ language: this.language }),
      setNavigationBarTitle: ({ title }) => (this.title = title),
      getPrivacySetting: ({ success }) =>
        success({
          needAuthorization: this.privacyGuide !== undefined,
          privacyContractName: this.privacyGuide ?? "",
        }),
      openPrivacyContract: () => (this.hasReadGuide = true),
      login: (options) => this.login(options),
      request: (options) => this.request(options),
      exitMiniProgram: ({ success, fail }) => {
        const isAllowed = this.isTouching && this.canExit;
        this.isOpen = !isAllowed;
        isAllowed ? success({}) : fail({ errMsg: "exitMiniProgram:fail" });
      },
    };
  }

  login({ success, fail }) {
    if (this.enterOptions.scene === SCENE.singlePage || this.network === "lost") {
      setTimeout(() => fail({ errMsg: "login:fail" }));
      return;
    }
    this.wechatCode("js").then(
      ({ code }) => success({ code, errMsg: "login:ok" }),
      () => fail({ errMsg: "login:fail", errno: 1402101 }),
    );
  }

  /** Gives an answer also to what was aborted, late, as the worst of phones might. */
  request({ url, method, data, header, success, fail }) {
    this.requests.push({ method, step: new URL(url).pathname.split("/")[5] ?? "read", url, data });
    const sent = { isCounted: true };
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    const answered = (tell, result) => {
      release();
      tell(result);
      this.answered += 1;
    };
    const release = () => {
      this.underWay -= sent.isCounted ? 1 : 0;
      sent.isCounted = false;
    };
    const lost = { errMsg: "request:fail net::ERR_FAILED", errno: 600001 };
    const address = this.network === "lost" ? new URL(new URL(url).pathname, NOBODY) : url;
    const isHeard = this.network !== "deaf";
    const [statusCode, body] = this.scripted.shift() ?? [];
    const answer = statusCode ? { statusCode, data: body } : send(method, address, data, header);
    Promise.resolve(answer).then(
      (answer) => (isHeard ? answered(success, answer) : answered(fail, lost)),
      () => answered(fail, lost),
    );
    return { abort: release };
  }
}

/** An address where nothing listens. */
const NOBODY = "http://127.0.0.1:1";

/** One HTTP request; the body is read as WeChat does, as JSON where it is. */
function send(method, url, data, headers = {}) {
  const body = data === undefined ? undefined : JSON.stringify(data);
  const type = body === undefined ? {} : { "Content-Type": "application/json" };
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers: { ...headers, ...type } }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (text += part));
      response.on("error", reject);
      response.on("end", () => resolve({ statusCode: response.statusCode, data: parsed(text) }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function post(base, where, body) {
  const { statusCode, data } = await send("POST", base + where, body);
  if (statusCode >= 300) {
    throw new Error(`${where}: ${statusCode} ${JSON.stringify(data)}`);
  }
  return data;
}

const sandbox = (where, body) => post(SANDBOX, `/sandbox/v1${where}`, body);

/** Somebody begins to sign in: on a desktop (`scan`), in this phone's browser, or in an app. */
async function begin(from, more = {}) {
  const begun = await post(STAGE, "/sign-ins", { from, ...more });
  return {
    ...begun,
    /** Goes on where it was begun: claims, or the error of nobody. */
    finish: () => post(STAGE, `/sign-ins/${begun.key}/finish`, {}),
    /** What the mini program is opened with. */
    query: from === "scan" ? { scene: encodeURIComponent(begun.ticket) } : { ticket: begun.ticket },
  };
}

/** The next answers of WeChat's servers: `{errcode}`, `{status}`, … as the sandbox queues them. */
const wechatAnswers = (answer) => sandbox("/answers", { endpoint: "/sns/jscode2session", ...answer });

const advance = (seconds) => post(STAGE, "/clock", { advance: seconds });

/** One of the mini program's own modules. */
const library = (name) => require(path.join(MINIPROGRAM, "quick/lib", name));

module.exports = { advance, begin, library, Phone, SHEET, wechatAnswers };
