/** The ticket API of Qiao: read a ticket, confirm it, deny it. One request at a time. */

import { Answer, given, refused } from "./answer";
import { Entry } from "./entry";
import { reasonOf } from "./wechat";

/** A code on another screen, this phone's browser, an app on this phone. */
const PURPOSES = ["scan", "link", "launch"] as const;

/** Somebody's WeChat, confirmed before this one, and where. */
export interface Confirmed {
  name: string;
  ending: string;
  /** Seconds since the epoch; null when not told. */
  at: number | null;
  device: string;
  place: string;
  ip: string;
}

/** What is connected: this WeChat with the account, or the other WeChat with the person's own. */
export interface Linked {
  account: string;
  identity: Confirmed | null;
}

export interface Ticket {
  purpose: (typeof PURPOSES)[number];
  /** `link`: this WeChat becomes another way into an account that exists. */
  action: "sign_in" | "link";
  linked: Linked | null;
  name: string;
  host: string;
  /** Nobody at Qiao has looked at what the application says of itself. */
  registeredItself: boolean;
  /** An address of Qiao's own, or none. */
  logo: string | null;
  connection: string;
  device: string;
  place: string;
  ip: string;
  /** Seconds since the epoch; null when not told. */
  requestedAt: number | null;
  /** Seconds. */
  expiresIn: number;
  /** Three, when the person must pick the one that stands where they began. */
  numbers: number[] | null;
  phone: "never" | "optional" | "required";
  sandbox: boolean;
}

/** What the person agrees with. WeChat's codes work once. */
export interface Agreement {
  loginCode: string;
  phoneCode: string | null;
  number: number | null;
}

/** What the app is given when it gets the person back; empty when there is nothing to give. */
export type AppParameter = string;

type Body = Record<string, unknown>;

const PATIENCE = 15_000; // milliseconds; Qiao itself gives WeChat eight seconds

export class TicketApi {
  private request: WechatMiniprogram.RequestTask | null = null;
  private isClosed = false;

  /**
   * @param deployment the address of Qiao.
   * @param language of the words in a ticket.
   * @param phoneKind the component that phone codes come from.
   */
  constructor(
    private readonly deployment: string,
    private readonly language: string,
    private readonly phoneKind: string,
    private readonly entry: Entry,
  ) {}

  /** Who asks; the ticket counts as scanned from now on. */
  read(): Promise<Answer<Ticket>> {
    const query = Object.entries(this.entered())
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&");
    return this.ask("GET", `?${query}`, undefined, (body) => readTicket(body, this.deployment));
  }

  confirm(agreement: Agreement): Promise<Answer<AppParameter>> {
    const { loginCode, phoneCode, number } = agreement;
    const body = {
      js_code: loginCode,
      ...(phoneCode === null ? {} : { phone_code: phoneCode, phone_kind: this.phoneKind }),
      ...(number === null ? {} : { number }),
      ...this.entered(),
    };
    return this.ask("POST", "/confirm", body, (told) => readEnding(told, "confirmed"));
  }

  deny(): Promise<Answer<AppParameter>> {
    return this.ask("POST", "/deny", {}, (told) => readEnding(told, "denied"));
  }

  /** Ends what is under way; nothing is sent from now on. */
  close(): void {
    this.isClosed = true;
    this.request?.abort();
  }

  private entered(): Record<string, string | number> {
    const { scene, referrer } = this.entry;
    return { scene, ...(referrer === null ? {} : { referrer_app_id: referrer }) };
  }

  private ask<Value>(
    method: "GET" | "POST",
    step: string,
    data: Body | undefined,
    read: (body: Body) => Value | null,
  ): Promise<Answer<Value>> {
    if (this.isClosed) {
      return Promise.resolve(refused("offline"));
    }
    return new Promise((resolve) => {
      this.request = wx.request({
        url: `${this.deployment}/federation/v1/tickets/${this.entry.ticket}${step}`,
        method,
        data,
        header: { "Accept-Language": this.language },
        timeout: PATIENCE,
        // WeChat calls this a success whatever the status.
        success: (answer) => {
          const body = isObject(answer.data) ? answer.data : {};
          const value = answer.statusCode === 200 ? read(body) : null;
          resolve(value === null ? refused(errorIn(body)) : given(value));
        },
        fail: (failure) => resolve(refused(reasonOf(failure, "offline"))),
      });
    });
  }
}

function errorIn(body: Body): string {
  return typeof body.error === "string" ? body.error : "server_error";
}

/** Null: whatever answered, it has not done what it was asked to. */
function readEnding(body: Body, state: string): AppParameter | null {
  if (body.state !== state) {
    return null;
  }
  return typeof body.app_parameter === "string" ? body.app_parameter : "";
}

/** Null for what is no ticket. */
function readTicket(body: Body, deployment: string): Ticket | null {
  const purpose = PURPOSES.find((each) => each === body.purpose);
  if (purpose === undefined || typeof body.expires_in !== "number") {
    return null;
  }
  const client = isObject(body.client) ? body.client : {};
  const connection = isObject(body.connection) ? body.connection : {};
  return {
    purpose,
    action: oneOf(body.action, ["sign_in", "link"]),
    linked: isObject(body.link) ? readLinked(body.link) : null,
    name: plain(client.name),
    host: plain(client.host),
    registeredItself: client.registered_itself === true,
    logo: logoAt(client.logo_uri, deployment),
    connection: plain(connection.name),
    device: plain(body.device),
    place: plain(body.place),
    ip: plain(body.ip),
    requestedAt: typeof body.requested_at === "number" ? body.requested_at : null,
    expiresIn: body.expires_in,
    numbers: Array.isArray(body.numbers) ? body.numbers.filter(Number.isInteger) : null,
    phone: oneOf(body.phone, ["never", "optional", "required"]),
    sandbox: body.sandbox === true,
  };
}

function readLinked(link: Body): Linked {
  const { account, identity } = link;
  return { account: plain(account), identity: isObject(identity) ? readConfirmed(identity) : null };
}

function readConfirmed(identity: Body): Confirmed {
  return {
    name: plain(identity.name),
    ending: plain(identity.ending),
    at: typeof identity.confirmed_at === "number" ? identity.confirmed_at : null,
    device: plain(identity.device),
    place: plain(identity.place),
    ip: plain(identity.ip),
  };
}

function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null;
}

/** The value, or the first of those allowed. */
function oneOf<Text extends string>(value: unknown, allowed: [Text, ...Text[]]): Text {
  return allowed.find((each) => each === value) ?? allowed[0];
}

const LONGEST = 80; // characters
/** What would move, hide or turn round the text beside it. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g;

/** Somebody else's words on one line, none of which can disturb ours. */
function plain(value: unknown): string {
  const text = typeof value === "string" ? value.replace(UNSEEN, " ").trim() : "";
  const characters = Array.from(text);
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("")}…` : text;
}

/** Pictures come from Qiao alone: another server would learn who looks, and could change them. */
function logoAt(value: unknown, deployment: string): string | null {
  if (typeof value !== "string") {
    return null;
  }
  const path = value.startsWith(`${deployment}/`) ? value.slice(deployment.length) : value;
  return /^\/(?!\/)[\w./%~-]+$/.test(path) ? deployment + path : null;
}
