import type { Env } from "./env";

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function uuid(bytes: Uint8Array, version: number): string {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** UUIDv7: sorts by time, so the server's index grows at one end. */
export function uuid7(env: Env): string {
  const bytes = env.random(16);
  const now = env.now();
  for (let place = 0; place < 6; place++) bytes[place] = Math.floor(now / 256 ** (5 - place)) % 256;
  return uuid(bytes, 7);
}

/** UUIDv4: tells nothing, not even the time; for anonymous records and for devices. */
export const uuid4 = (env: Env): string => uuid(env.random(16), 4);

/** ISO 8601 with the phone's own offset, as a person there would read the clock. */
export function stamp(ms: number): string {
  const offset = -new Date(ms).getTimezoneOffset();
  const two = (n: number) => String(Math.floor(Math.abs(n))).padStart(2, "0");
  const local = new Date(ms + offset * 60_000).toISOString().slice(0, -1);
  return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}
