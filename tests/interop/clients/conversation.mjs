// What a client's script has beside its library: a person who browses for it, and somebody to tell.
import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => JSON.parse((await lines.next()).value);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const ask = async (question) => {
  say(question);
  return read();
};

/** The issuer, the registration, the keys: whatever the test gave. */
export const settings = await read();

/** The address at which the person's browser arrives, or null. */
export const browse = async (url) => (await ask({ browse: String(url) })).landed;

/** The person confirms in the mini program that was launched with this path, by this number. */
export const confirm = (path, number) => ask({ confirm: path, number });

/** Ends the script. */
export const tell = (told) => {
  say({ told });
  process.exitCode = 0;
  process.stdin.destroy();
};
