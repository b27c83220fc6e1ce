/** The one page: somebody is asked whether they want to sign in, and answers by touching it. */

import { DEPLOYMENT, PHONE_KIND } from "../../config";
import { Entries, Entry, isNew, Query, SINGLE_PAGE } from "../../lib/entry";
import { Screen, SignIn } from "../../lib/sign_in";
import { TicketApi } from "../../lib/ticket";
import { BLANK, View, viewOf } from "../../lib/view";
import { close, Failure, language, login, phoneCode, privacy } from "../../lib/wechat";
import { LABELS, Labels, Language } from "../../lib/words";

type Data = View & {
  words: Labels;
  /** The button that asks for the phone number, with the consent that it must take along. */
  phoneButton: string;
  /** Name of the privacy guide, while it waits for consent. */
  privacyGuide: string;
  /** WeChat can go back to the app that launched this run. */
  fromApp: boolean;
  isReturnFailed: boolean;
  isCloseFailed: boolean;
};

type Methods = {
  onLoad(query: Query): void;
  onShow(): void;
  onUnload(): void;
  begin(entry: Entry): void;
  display(screen: Screen): void;
  askPrivacy(): Promise<void>;
  pick(touch: WechatMiniprogram.TouchEvent<{}, {}, { number: number }>): void;
  confirm(): void;
  confirmWithPhone(answer: WechatMiniprogram.CustomEvent<Failure & { code?: string }>): void;
  deny(): void;
  retry(): void;
  close(): Promise<void>;
  returnFailed(): void;
  hideLogo(): void;
  openPrivacyGuide(): void;
};

type Instance = {
  language: Language;
  pageQuery: Query;
  entry: Entry | null;
  signIn: SignIn | null;
};

/** Of the whole run: it goes on when WeChat loads the page anew. */
const entries = new Entries();

const PHONE_BUTTON = PHONE_KIND === "realtime" ? "getRealtimePhoneNumber" : "getPhoneNumber";

Component<Data, {}, Methods, [], Instance>({
  data: {
    ...BLANK,
    words: LABELS.zh,
    phoneButton: PHONE_BUTTON,
    privacyGuide: "",
    fromApp: false,
    isReturnFailed: false,
    isCloseFailed: false,
  },

  lifetimes: {
    attached() {
      Object.assign(this, { language: language(), pageQuery: {}, entry: null, signIn: null });
      this.setData({ words: LABELS[this.language] });
    },

    ready() {
      wx.setNavigationBarTitle({ title: this.data.words.page });
    },
  },

  methods: {
    onLoad(query) {
      this.pageQuery = query;
    },

    /** Also when a warm start brings another ticket, and when somebody only comes back. */
    onShow() {
      const entry = entries.read(wx.getEnterOptionsSync(), this.pageQuery);
      this.pageQuery = {};
      if (isNew(entry, this.entry)) {
        this.begin(entry);
      }
    },

    onUnload() {
      this.signIn?.leave();
    },

    begin(entry) {
      this.signIn?.leave();
      this.entry = entry;
      this.setData({ fromApp: entry.fromApp, isReturnFailed: false, isCloseFailed: false });
      const api = new TicketApi(DEPLOYMENT, this.language, PHONE_KIND, entry);
      this.signIn = new SignIn(api, login, (screen) => this.display(screen));
      if (entry.scene === SINGLE_PAGE || entry.ticket === null) {
        this.signIn.stop(entry.scene === SINGLE_PAGE ? "single_page" : "no_ticket");
      } else {
        this.signIn.read();
        this.askPrivacy();
      }
    },

    display(screen) {
      this.setData(viewOf(screen, this.language));
    },

    async askPrivacy() {
      const { isAsked, name } = await privacy();
      const button = isAsked ? `${PHONE_BUTTON}|agreePrivacyAuthorization` : PHONE_BUTTON;
      this.setData({ phoneButton: button, privacyGuide: isAsked ? name : "" });
    },

    pick(touch) {
      this.signIn?.pick(touch.currentTarget.dataset.number);
    },

    confirm() {
      this.signIn?.confirm();
    },

    /** The phone button was touched, and WeChat's own question behind it was answered. */
    confirmWithPhone(answer) {
      this.signIn?.confirm(phoneCode(answer.detail));
    },

    deny() {
      this.signIn?.deny();
    },

    retry() {
      this.signIn?.read();
    },

    async close() {
      this.setData({ isCloseFailed: !(await close()) });
    },

    returnFailed() {
      this.setData({ isReturnFailed: true });
    },

    hideLogo() {
      this.setData({ logo: null });
    },

    openPrivacyGuide() {
      wx.openPrivacyContract({});
    },
  },
});
