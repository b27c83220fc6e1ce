/**
 * One sign-in, from the ticket to its end.
 *
 *     reading ──▶ asking ──confirm──▶ finished (confirmed)
 *        │           ├─────deny─────▶ finished (denied)
 *        └───────────┴─────refused──▶ stopped
 *
 * What can be tried again leaves the person where they are, with a notice; everything else stops.
 * Nothing is confirmed but by `confirm()`, which the page calls in a touch.
 */

import { Answer } from "./answer";
import { AppParameter, Ticket, TicketApi } from "./ticket";
import { endsSignIn } from "./words";

export interface Asking {
  name: "asking";
  ticket: Ticket;
  picked: number | null;
  /** A request is under way: touches do nothing meanwhile. */
  isBusy: boolean;
  /** Why the last try did not do; a key of `REASONS`. */
  notice: string | null;
}

export interface Finished {
  name: "finished";
  isConfirmed: boolean;
  ticket: Ticket;
  appParameter: AppParameter;
}

export type Screen =
  | { name: "reading" }
  | Asking
  | Finished
  | { name: "stopped"; reason: string; canRetry: boolean };

export class SignIn {
  private screen: Screen = { name: "reading" };
  private loginCode: Promise<Answer<string>> | null = null;
  private expiry = 0;
  private isLeft = false;

  /**
   * @param login gives a new code of `wx.login`.
   * @param show is called with each screen.
   */
  constructor(
    private readonly api: TicketApi,
    private readonly login: () => Promise<Answer<string>>,
    private readonly show: (screen: Screen) => void,
  ) {}

  /**
   * Reads who asks, the first time or again.
   *
   * @param notice why it is read again; a key of `REASONS`.
   */
  async read(notice: string | null = null): Promise<void> {
    this.enter({ name: "reading" });
    const answer = await this.api.read();
    if (!answer.ok) {
      this.stop(answer.reason);
      return;
    }
    this.ask(answer.value, null, notice);
    this.expiry = setTimeout(() => this.expire(), answer.value.expiresIn * 1000);
  }

  /** The person picks one of the three numbers, or another one. */
  pick(number: number): void {
    const asking = this.idle();
    if (asking !== null) {
      this.enter({ ...asking, picked: number, notice: null });
    }
  }

  /**
   * The person agrees, by touching a button of ours.
   *
   * @param phone what the phone button was answered with; nothing when another one was touched.
   */
  async confirm(phone?: Answer<string>): Promise<void> {
    const asking = this.idle();
    if (asking === null) {
      return;
    }
    const missing = whatIsMissing(asking, phone);
    if (missing !== null) {
      this.enter({ ...asking, notice: missing });
      return;
    }
    this.enter({ ...asking, isBusy: true, notice: null });
    await this.conclude(asking, true, await this.send(asking, phone?.ok ? phone.value : null));
  }

  /** The person says no. */
  async deny(): Promise<void> {
    const asking = this.idle();
    if (asking !== null) {
      this.enter({ ...asking, isBusy: true, notice: null });
      await this.conclude(asking, false, await this.api.deny());
    }
  }

  /** Ends it, or offers another try where that may help. */
  stop(reason: string): void {
    this.enter({ name: "stopped", reason, canRetry: !endsSignIn(reason) });
  }

  /** Another sign-in takes the page: nothing more is sent or shown of this one. */
  leave(): void {
    this.isLeft = true;
    clearTimeout(this.expiry);
    this.api.close();
  }

  private async send(asking: Asking, phoneCode: string | null): Promise<Answer<AppParameter>> {
    const fetched = await this.loginCode;
    const login = fetched?.ok ? fetched : await this.login();
    return login.ok
      ? this.api.confirm({ loginCode: login.value, phoneCode, number: asking.picked })
      : login;
  }

  private async conclude(
    asking: Asking,
    isConfirmed: boolean,
    answer: Answer<AppParameter>,
  ): Promise<void> {
    const { ticket, picked } = asking;
    if (answer.ok) {
      this.enter({ name: "finished", isConfirmed, ticket, appParameter: answer.value });
    } else if (endsSignIn(answer.reason)) {
      this.stop(answer.reason);
    } else if (answer.reason === "number_required" || answer.reason === "phone_required") {
      await this.read(answer.reason); // the ticket wants more than it did when it was read
    } else {
      this.ask(ticket, picked, answer.reason);
    }
  }

  /**
   * Lets the person answer. The code of `wx.login` for the next try is fetched now, since WeChat
   * advises against calling it between a phone button and the use of its code; it outlives the
   * ticket, and no two tries share one.
   */
  private ask(ticket: Ticket, picked: number | null, notice: string | null): void {
    this.loginCode = this.login();
    this.enter({ name: "asking", ticket, picked, isBusy: false, notice });
  }

  /** A request under way is told by Qiao whether it came in time. */
  private expire(): void {
    if (this.idle() !== null) {
      this.stop("ticket_expired");
    }
  }

  private idle(): Asking | null {
    return this.screen.name === "asking" && !this.screen.isBusy ? this.screen : null;
  }

  private enter(screen: Screen): void {
    if (this.isLeft) {
      return;
    }
    this.screen = screen;
    if (screen.name !== "asking") {
      clearTimeout(this.expiry);
    }
    this.show(screen);
  }
}

function whatIsMissing({ ticket, picked }: Asking, phone?: Answer<string>): string | null {
  if (phone !== undefined && !phone.ok) {
    return phone.reason;
  }
  if (ticket.numbers !== null && picked === null) {
    return "number_required";
  }
  return ticket.phone === "required" && phone === undefined ? "phone_required" : null;
}
