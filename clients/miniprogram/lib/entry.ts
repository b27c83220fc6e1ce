/**
 * How WeChat opened the mini program: with which ticket, in which way, and for which app.
 *
 * A warm start brings a new entry while everything stays in memory and no page is loaded anew, so
 * every `onShow` asks here whether there is something new to do.
 */

export type Query = Record<string, string | undefined>;

/** What matters here of `wx.getEnterOptionsSync()`. */
export interface EnterOptions {
  scene: number;
  query?: Query;
  referrerInfo?: { appId?: string };
}

export interface Entry {
  /** What travelled in the code to scan or in the path; null: opened for no sign-in. */
  ticket: string | null;
  /** WeChat's number for the way in. */
  scene: number;
  /** AppID of the app that launched this run, or of the mini program that led here. */
  referrer: string | null;
  /** Whether a button can lead back to the app that launched this run. */
  fromApp: boolean;
}

/** A preview shared to Moments: there is no sign-in in it. */
export const SINGLE_PAGE = 1154;

const LAUNCHED_BY_APP = 1069;
/** Ways back into a run after which WeChat still knows the app that launched it. */
const STILL_LAUNCHED = [1001, 1038, 1089, 1090, 1131, 1187];

const TICKET = /^[\w-]{1,64}$/;
const APP_ID = /^\w{1,64}$/;

/** The entries of one run of the mini program. */
export class Entries {
  private launcher: { appId: string | null } | null = null;

  /**
   * The newest entry.
   *
   * @param pageQuery what the page was loaded with, for the entry that loaded it.
   */
  read(options: EnterOptions, pageQuery: Query = {}): Entry {
    const { scene } = options;
    const named = appId(options.referrerInfo?.appId);
    if (scene === LAUNCHED_BY_APP) {
      this.launcher = { appId: named };
    } else if (!STILL_LAUNCHED.includes(scene)) {
      this.launcher = null;
    }
    return {
      ticket: ticketIn(options.query ?? {}) ?? ticketIn(pageQuery),
      scene,
      // Back from another mini program, referrerInfo names that one and not the app.
      referrer: STILL_LAUNCHED.includes(scene) ? this.launcher?.appId ?? null : named,
      fromApp: this.launcher !== null,
    };
  }
}

/**
 * Whether an entry brings something to do; otherwise somebody only comes back to the page. The same
 * ticket again is nothing new, unless it came in another way than before.
 */
export function isNew(entry: Entry, last: Entry | null): boolean {
  if (last === null || entry.scene === SINGLE_PAGE) {
    return true;
  }
  if (entry.ticket === null || entry.ticket !== last.ticket) {
    return entry.ticket !== null;
  }
  const isSameWay = entry.scene === last.scene && entry.referrer === last.referrer;
  return !isSameWay && !STILL_LAUNCHED.includes(entry.scene);
}

/** From the path of a launch or link (`ticket`), or from a mini-program code (`scene`). */
function ticketIn(query: Query): string | null {
  const found = query.ticket ?? decoded(query.scene);
  return found !== undefined && TICKET.test(found) ? found : null;
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function appId(text: string | undefined): string | null {
  return text !== undefined && APP_ID.test(text) ? text : null;
}
