// Photos before they are saved, and where to see them afterwards.
import type { Phone } from "./phone";
import { Problem } from "./types";

export async function sha256(bytes: ArrayBuffer): Promise<string> {
  if (!globalThis.crypto?.subtle) throw new Problem("insecure");
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface Bytes { bytes: ArrayBuffer; type: string; sha256: string }
const digested = new WeakMap<Blob, Promise<Bytes>>();

/** What is kept of a photo; read and digested once, so that saving has less to do. */
export function read(blob: Blob): Promise<Bytes> {
  let bytes = digested.get(blob);
  if (!bytes) {
    bytes = blob.arrayBuffer().then(async (bytes) => ({ bytes, type: blob.type, sha256: await sha256(bytes) }));
    digested.set(blob, bytes);
  }
  return bytes;
}

export async function shrink(file: Blob): Promise<{ blob: Blob; sha256: string }> {
  const worker = new Worker(PHOTO_WORKER);
  try {
    const blob = await new Promise<Blob>((resolve, reject) => {
      worker.onerror = (event) => reject(new Problem("photo", { message: event.message }));
      worker.onmessage = ({ data }) => (data.blob ? resolve(data.blob) : reject(new Problem("photo", { message: data.error })));
      worker.postMessage(file);
    });
    return { blob, sha256: (await read(blob)).sha256 };
  } finally {
    worker.terminate();
  }
}

const urls = new Map<string, string>();

/** Where to see a photo: its bytes on this phone, else the server's, which answers only with a network. */
export async function photoUrl(phone: Phone, account: string, digest: string): Promise<string | null> {
  const known = urls.get(digest);
  if (known) return known;
  const read = <T>(store: string) => phone.journal.read([store], (tx) => tx.get<T>(store, [account, digest]));
  const bytes = (await read<{ bytes: ArrayBuffer }>("bytes"))?.bytes;
  if (!bytes) return phone.env.online() ? `/blobs/${digest}` : null;
  const url = URL.createObjectURL(new Blob([bytes], { type: (await read<{ type: string }>("blobs"))?.type }));
  urls.set(digest, url);
  return url;
}

export function forgetUrls(): void {
  for (const url of urls.values()) URL.revokeObjectURL(url);
  urls.clear();
}
