// One account in one browser profile is one device, with a counter of its own.
import type { Env } from "./env";
import { uuid4 } from "./ids";
import { queuedAgain, type Saved } from "./journal";
import type { Store, Tx } from "./store";

export interface Device {
  account: string;
  device: string;
  /** The highest number given out. */
  last: number;
  /** The server knows more numbers than we gave out, or other commands under them: the next sign-in mints a new device. */
  stale?: true;
  /** The server did not take the device once; a second time in a row makes it stale. */
  doubted?: true;
}

/** An invitation tells no login name: its device is kept under this until the account is known. */
export const ACTIVATION = "#activation";

interface Login {
  login: string;
  account?: string;
  /** Sent at a sign-in whose account is not known yet; kept, so that a sign-in whose answer was lost uses it again. */
  pending?: string;
}

export const deviceOf = (store: Store, account: string): Promise<Device | undefined> =>
  store.read(["devices"], (tx) => tx.get<Device>("devices", [account]));

/** The device to sign in with: the one that this login used before, else a new one. */
export function deviceForSignIn(store: Store, env: Env, login: string, anew = false): Promise<string> {
  const minted = uuid4(env);
  return store.write(["devices", "logins"], async (tx) => {
    const known = (await tx.get<Login>("logins", [login])) ?? { login };
    const row = known.account === undefined ? undefined : await tx.get<Device>("devices", [known.account]);
    if (row && !row.stale && !anew) return row.device;
    if (known.pending && !anew) return known.pending;
    tx.put("logins", { ...known, pending: minted });
    return minted;
  });
}

/** After a sign-in: the account works under `device` from now on, and its journal goes there, ids kept. */
export function bindDevice(store: Store, login: string, account: string, device: string): Promise<void> {
  return store.write(["devices", "logins", "entries"], async (tx) => {
    const row = await tx.get<Device>("devices", [account]);
    if (row?.device !== device) tx.put("devices", row ? await moveTo(tx, row, device) : { account, device, last: 0 });
    tx.remove("logins", [ACTIVATION]);
    if (login !== ACTIVATION) tx.put("logins", { login, account } satisfies Login);
  });
}

/**
 * Also what has an outcome is queued again: the server knows the ids and answers as before. Under numbers that it does not
 * follow any more nobody would notice if it went back to a time before them.
 */
async function moveTo(tx: Tx, row: Device, device: string): Promise<Device> {
  const next: Device = { account: row.account, device, last: 0 };
  for (const entry of await tx.list<Saved>("entries", [row.device])) {
    tx.remove("entries", [entry.device, entry.seq]);
    if (entry.type !== "void") tx.put("entries", { ...queuedAgain(entry), device, seq: ++next.last });
  }
  return next;
}

function amend(store: Store, account: string, change: (row: Device) => Device): Promise<void> {
  return store.write(["devices"], async (tx) => {
    const row = await tx.get<Device>("devices", [account]);
    if (row) tx.put("devices", change(row));
  });
}

export const retire = (store: Store, account: string): Promise<void> => amend(store, account, (row) => ({ ...row, stale: true }));

/** Another sign-in in this browser replaces the session, so one refusal says little; the second in a row is meant. */
export const doubt = (store: Store, account: string): Promise<void> =>
  amend(store, account, (row) => (row.doubted ? { ...row, stale: true } : { ...row, doubted: true }));

export const trust = (store: Store, account: string): Promise<void> =>
  amend(store, account, ({ doubted: _, ...row }) => row);
