// A way out for what a phone cannot send; loaded with the screen that offers it.
import { stamp } from "./ids";
import { list } from "./journal";
import type { Phone } from "./phone";

/** What waits, whole, for a person whose phone cannot send: commands and photos in one file. */
export async function exportWaiting(phone: Phone, account: string): Promise<Blob> {
  const { entries, photos } = await list(phone.journal, account);
  const commands = entries.filter(({ status }) => !status).map(({ account: _, anonymous: __, urged: ___, ...entry }) => entry);
  const parts: Record<string, string> = {};
  for (const { sha256: digest, type, state } of photos) {
    const row = await phone.journal.read(["bytes"], (tx) => tx.get<{ bytes: ArrayBuffer }>("bytes", [account, digest]));
    if (row && state === "waiting") parts[digest] = `data:${type};base64,${base64(row.bytes)}`;
  }
  const file = { account, made_at: stamp(phone.env.now()), commands, photos: parts };
  return new Blob([JSON.stringify(file, null, 1)], { type: "application/json" });
}

function base64(bytes: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
}
