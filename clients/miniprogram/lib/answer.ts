/** What a question came to: a value, or the reason why there is none (a key of `REASONS`). */
export type Answer<Value> = { ok: true; value: Value } | { ok: false; reason: string };

export function given<Value>(value: Value): Answer<Value> {
  return { ok: true, value };
}

export function refused(reason: string): Answer<never> {
  return { ok: false, reason };
}
