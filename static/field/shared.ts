// A photo shared from the gallery: the service worker keeps it, the form takes it.
import { me } from "./documents";
import type { Phone } from "./phone";

const KEY = "shared";
/** What nobody took by then was not meant. */
const KEPT_MS = 24 * 3600_000;
const MOST = 6;

interface Shared {
  key: typeof KEY;
  /** Who worked here when it was shared; whoever signs in next where nobody did. */
  account: string | null;
  at: number;
  files: Blob[];
}

export async function keepShared(phone: Phone, files: Blob[]): Promise<void> {
  const account = (await me(phone.documents))?.me.account.id ?? null;
  const row: Shared = { key: KEY, account, at: phone.env.now(), files: files.slice(0, MOST) };
  await phone.journal.write(["notes"], async (tx) => tx.put("notes", row));
}

/** They stay until `dropShared`: a form that has not kept them yet may be closed again. */
export async function sharedFiles(phone: Phone, account: string): Promise<Blob[]> {
  const row = await phone.journal.read(["notes"], (tx) => tx.get<Shared>("notes", [KEY]));
  if (!row) return [];
  const ours = row.account === null || row.account === account;
  if (ours && Math.abs(phone.env.now() - row.at) < KEPT_MS) return row.files;
  await dropShared(phone);
  return [];
}

export const dropShared = (phone: Phone): Promise<void> => phone.journal.write(["notes"], async (tx) => tx.remove("notes", [KEY]));
