/** What the page shows of each screen: texts and switches, with nothing left to decide. */

import { Asking, Finished, Screen } from "./sign_in";
import { Ticket } from "./ticket";
import { explained, LABELS, Language, Words } from "./words";

interface Fact {
  label: string;
  value: string;
}

interface Choice {
  value: number;
  isPicked: boolean;
}

export interface View {
  screen: Screen["name"];
  sandbox: boolean;
  name: string;
  initial: string;
  logo: string | null;
  asks: string;
  /** A sentence about whoever registered itself; empty for others. */
  unchecked: string;
  /** Whose WeChat gets into whose account, and where that was confirmed; null for a sign-in. */
  linked: (Words & { detail: string }) | null;
  facts: Fact[];
  which: string;
  numbers: Choice[];
  /** Nothing can be agreed to before a number is picked. */
  isNumberMissing: boolean;
  phone: Ticket["phone"];
  isBusy: boolean;
  notice: Words | null;
  ending: Words | null;
  mark: "✓" | "×" | "!";
  canRetry: boolean;
  appParameter: string;
}

/** Before anything is known; whatever a screen does not say is so. */
export const BLANK: View = {
  screen: "reading",
  sandbox: false,
  name: "",
  initial: "",
  logo: null,
  asks: "",
  unchecked: "",
  linked: null,
  facts: [],
  which: "",
  numbers: [],
  isNumberMissing: false,
  phone: "never",
  isBusy: false,
  notice: null,
  ending: null,
  mark: "!",
  canRetry: false,
  appParameter: "",
};

export function viewOf(screen: Screen, language: Language): View {
  switch (screen.name) {
    case "reading":
      return BLANK;
    case "asking":
      return { ...BLANK, ...whoAsks(screen.ticket, language), ...answers(screen, language) };
    case "finished":
      return { ...BLANK, ...finished(screen, language) };
    case "stopped":
      return {
        ...BLANK,
        screen: "stopped",
        ending: explained(screen.reason, language),
        canRetry: screen.canRetry,
      };
  }
}

function whoAsks(ticket: Ticket, language: Language): Partial<View> {
  const labels = LABELS[language];
  const name = ticket.name || ticket.host || "?";
  return {
    sandbox: ticket.sandbox,
    name,
    initial: Array.from(name)[0] ?? "",
    logo: ticket.logo,
    asks: ticket.action === "link" ? labels.connects : labels.asks[ticket.purpose],
    unchecked: ticket.registeredItself ? labels.unchecked : "",
    linked: linked(ticket, language),
    facts: facts(ticket, language),
    which: labels.which[ticket.purpose],
    phone: ticket.phone,
  };
}

function answers({ ticket, picked, isBusy, notice }: Asking, language: Language): Partial<View> {
  return {
    screen: "asking",
    numbers: (ticket.numbers ?? []).map((value) => ({ value, isPicked: value === picked })),
    isNumberMissing: ticket.numbers !== null && picked === null,
    isBusy,
    notice: notice === null ? null : explained(notice, language),
  };
}

function finished(screen: Finished, language: Language): Partial<View> {
  const labels = LABELS[language];
  const { isConfirmed, ticket, appParameter } = screen;
  return {
    screen: "finished",
    mark: isConfirmed ? "✓" : "×",
    ending: isConfirmed
      ? { title: labels.confirmed, text: labels.goOn[ticket.purpose] }
      : { title: labels.denied, text: labels.nobody },
    appParameter,
  };
}

function linked({ linked: told }: Ticket, language: Language): View["linked"] {
  if (told === null) {
    return null;
  }
  const labels = LABELS[language];
  const { account, identity } = told;
  if (identity === null) {
    return { title: labels.getsInto, text: account || "?", detail: "" };
  }
  const { name, ending, at, device, place, ip } = identity;
  return {
    title: labels.letsIn,
    text: [name, ending].filter(Boolean).join(" "),
    detail: [clockTime(at), device, place, ip].filter(Boolean).join(" · "),
  };
}

function facts(ticket: Ticket, language: Language): Fact[] {
  const labels = LABELS[language].facts;
  return [
    { label: labels.host, value: ticket.host },
    { label: labels.device, value: ticket.device },
    { label: labels.place, value: ticket.place },
    { label: labels.ip, value: ticket.ip },
    { label: labels.time, value: clockTime(ticket.requestedAt) },
    { label: labels.connection, value: ticket.connection },
  ].filter(({ value }) => value !== "");
}

/** Hours and minutes where the phone is. */
function clockTime(moment: number | null): string {
  if (moment === null) {
    return "";
  }
  const time = new Date(moment * 1000);
  return [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
