// Photos and recordings go after the commands, smallest first. Their name is their content.
import { JOURNALLED, type Photo, type Saved } from "./journal";
import type { Phone } from "./phone";
import { sha256 } from "./photo";
import { request, type Reply } from "./wire";

/** Those of what the server has not refused: a rejected record's photos wait until it is corrected or given up. */
export function nextPhoto(entries: Saved[], photos: Photo[]): Photo | undefined {
  const status = new Map(entries.map((entry) => [entry.id, entry.status]));
  const wanted = (id: string) => !["rejected", "declined"].includes(status.get(id) ?? "");
  const ready = photos.filter((photo) => photo.state === "waiting" && photo.of.some(wanted));
  return ready.sort((a, b) => a.size - b.size)[0];
}

const keep = (phone: Phone, photo: Photo, change: Partial<Photo>): Promise<void> =>
  phone.journal.write(["blobs"], async (tx) => {
    const now = await tx.get<Photo>("blobs", [photo.account, photo.sha256]);
    if (now) tx.put("blobs", { ...now, ...change });
  });

/** Once an anonymous record's photo is away, nothing here says that it was. */
function sent(phone: Phone, photo: Photo, entries: Saved[]): Promise<void> {
  const shown = entries.some((entry) => photo.of.includes(entry.id) && entry.type !== "void");
  if (shown) return keep(phone, photo, { state: "sent" });
  return phone.journal.write(JOURNALLED, async (tx) => {
    for (const kind of ["blobs", "bytes"]) tx.remove(kind, [photo.account, photo.sha256]);
  });
}

/** Sends one photo. Answers null when that is settled, else the server's reply, which is not about this photo. */
export async function sendPhoto(phone: Phone, device: string, photo: Photo, entries: Saved[]): Promise<Reply | null> {
  const path = `/sync/blobs/${photo.sha256}`;
  const row = await phone.journal.read(["bytes"], (tx) => tx.get<{ bytes: ArrayBuffer }>("bytes", [photo.account, photo.sha256]));
  if (!row) return keep(phone, photo, { state: "refused", code: "gone" }).then(() => null);
  const headers = { "X-Silian-Device": device };
  if (photo.tries) {
    const asked = await request(phone.env, "HEAD", path, headers);
    if (asked.kind === "offline" || asked.kind === "timeout") return asked;
    if (asked.kind === "answer" && asked.status === 200 && asked.tag?.includes(photo.sha256)) return sent(phone, photo, entries).then(() => null);
  }
  let reply = await request(phone.env, "PUT", path, { ...headers, "Content-Type": photo.type }, row.bytes);
  if (reply.kind === "answer") {
    const taken = reply.status < 300;
    if (taken && reply.body?.sha256 === photo.sha256) return sent(phone, photo, entries).then(() => null);
    const code = reply.body?.code as string | undefined;
    // What was maimed on the way is sent again; what no longer is what it was on this phone would be refused for ever.
    const final = [413, 415].includes(reply.status) || (reply.status === 422 && (await sha256(row.bytes)) !== photo.sha256);
    if (code && final) return keep(phone, photo, { state: "refused", code }).then(() => null);
    if (taken) reply = { kind: "foreign" }; // a portal says 200 to everything, and not which photo it has got
  }
  await keep(phone, photo, { tries: photo.tries + 1 });
  return reply;
}
