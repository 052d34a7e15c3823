// From what a person did on a screen to a command in the journal.
import type { Phone } from "./phone";
import { stamp, uuid4, uuid7 } from "./ids";
import { add, list, type Draft, type Saved } from "./journal";
import { sha256 } from "./photo";
import { makeRoom } from "./retention";
import { Problem, type RecordOptions } from "./types";

export async function recordCommand(
  phone: Phone,
  account: string,
  type: string,
  payload: Record<string, any>,
  { blobs = [], supersedes, anonymous, v = 1, draft }: RecordOptions = {},
): Promise<Saved> {
  const { env, journal } = phone;
  const photos = await Promise.all(
    blobs.map(async (blob) => {
      const bytes = await blob.arrayBuffer();
      return { bytes, type: blob.type, sha256: await sha256(bytes) };
    }),
  );
  await draft?.flush();
  const fresh: Draft = {
    account, type, v, photos,
    id: anonymous ? uuid4(env) : uuid7(env),
    made_at: stamp(env.now()),
    payload: JSON.parse(JSON.stringify(payload)), // exactly what will be sent
    ...(supersedes && { supersedes }),
    ...(anonymous && { anonymous: true as const }),
    ...(draft && { form: draft.name }),
  };
  try {
    return await add(journal, fresh);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "phone_full" || !(await makeRoom(journal, account))) throw error;
  }
  return add(journal, fresh);
}

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
