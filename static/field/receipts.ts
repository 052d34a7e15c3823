// Receipts of alerts: shown, opened. Kept while there is no network; they carry a token of their own and need no session.
import type { Phone } from "./phone";
import { request } from "./wire";

export interface Receipt {
  id: string;
  what: "shown" | "opened";
  token: string;
  at: string;
}

const USELESS_AFTER_MS = 7 * 24 * 3600_000;

export const keepReceipt = (phone: Phone, receipt: Receipt): Promise<void> =>
  phone.journal.write(["receipts"], async (tx) => tx.put("receipts", receipt));

export async function sendReceipts(phone: Phone): Promise<void> {
  for (const receipt of await phone.journal.read(["receipts"], (tx) => tx.list<Receipt>("receipts"))) {
    const { id, what, token, at } = receipt;
    const path = `/alerts/${encodeURIComponent(id)}/seen`;
    const reply = await request(phone.env, "POST", path, { "Content-Type": "application/json" }, JSON.stringify({ token, what, at }));
    if (reply.kind !== "answer") return; // no network: all wait
    const final = reply.status === 204 || (reply.status < 500 && reply.status !== 429 && reply.body?.code);
    if (final || phone.env.now() - Date.parse(at) > USELESS_AFTER_MS) {
      await phone.journal.write(["receipts"], async (tx) => tx.remove("receipts", [id, what]));
    }
  }
}
