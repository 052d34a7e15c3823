// PINs on this phone: whose they are, and the secret without which the digits open nothing. Loaded with the later screens.
import { ACTIVATION } from "./devices";
import type { Me } from "./documents";
import type { Env } from "./env";
import type { Phone } from "./phone";
import { enter, settleIn } from "./session";
import { Problem } from "./types";

export const DIGITS = 6;
const EASY = ["112233", "223344", "332211", "123321", "520131", "147258", "258369", "159357"];
const SECRET_BYTES = 32;
const PREFIX = "pin/";

/** A person who has set a PIN on this phone. */
export interface Known {
  key: string;
  account: string;
  login: string;
  name: string;
  secret: string;
}

/** Full-width digits, and the spaces of a pasted PIN, are digits all the same. */
export const digits = (text: string): string => text.normalize("NFKC").replace(/\D/g, "").slice(0, DIGITS);

/** The server's rule too: what comes first to everybody's mind. */
export function easy(pin: string): boolean {
  const steps = new Set([...pin].slice(1).map((digit, i) => (Number(digit) - Number(pin[i]) + 10) % 10));
  const even = steps.size === 1 && [0, 1, 9].some((step) => steps.has(step));
  return even || pin.slice(0, 3) === pin.slice(3) || pin.slice(0, 2).repeat(3) === pin || EASY.includes(pin);
}

export const known = (phone: Phone): Promise<Known[]> =>
  phone.journal.read(["notes"], async (tx) => (await tx.list<Known>("notes")).filter(({ key }) => key.startsWith(PREFIX) && key !== PREFIX));

/** Kept before it is sent: where the answer to the first try is lost, the second finds the same secret. */
function pending(phone: Phone): Promise<string> {
  const minted = random(phone.env);
  return phone.journal.write(["notes"], async (tx) => {
    const kept = await tx.get<{ secret: string }>("notes", [PREFIX]);
    if (kept) return kept.secret;
    tx.put("notes", { key: PREFIX, secret: minted });
    return minted;
  });
}

const random = (env: Env): string => Array.from(env.random(SECRET_BYTES), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Uses an invitation up. One that was used by a try whose answer got lost opens by the PIN that it set. */
export async function activateByPin(phone: Phone, code: string, pin: string): Promise<Me> {
  const secret = await pending(phone);
  const { who, device } = await enter(phone, ACTIVATION, "/auth/activate", { code, pin, secret }).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.code !== "used") throw error;
    return enter(phone, ACTIVATION, "/auth/pin", { pin, secret }).catch(() => {
      throw error;
    });
  });
  const { id, name, login } = who.account;
  await phone.journal.write(["notes"], async (tx) => {
    tx.put("notes", { key: PREFIX + id, account: id, login: login?.toLowerCase() ?? id, name, secret } satisfies Known);
    tx.remove("notes", [PREFIX]);
  });
  return settleIn(phone, ACTIVATION, who, device);
}

export async function signInByPin(phone: Phone, whose: Known, pin: string): Promise<Me> {
  try {
    const { who, device } = await enter(phone, whose.login, "/auth/pin", { pin, secret: whose.secret });
    return await settleIn(phone, whose.login, who, device);
  } catch (error) {
    // the server knows this PIN no more: only a new invitation helps, and it is no use to ask for the digits again
    if (error instanceof Problem && ["pin_elsewhere", "pin_spent"].includes(error.code)) await forgetPin(phone, whose.account);
    throw error;
  }
}

export const forgetPin = (phone: Phone, account: string): Promise<void> =>
  phone.journal.write(["notes"], async (tx) => tx.remove("notes", [PREFIX + account]));
