// What a browser does on other threads is done at once here: when it is ready must not depend on how busy this machine is.
import "fake-indexeddb/auto";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

class AtOnce extends TransformStream<Uint8Array, Uint8Array> {
  constructor(_format: "gzip") {
    const parts: Uint8Array[] = [];
    super({
      transform: (part) => void parts.push(part),
      flush: (out) => out.enqueue(new Uint8Array(gzipSync(Buffer.concat(parts)))),
    });
  }
}

globalThis.CompressionStream = AtOnce as unknown as typeof CompressionStream;
crypto.subtle.digest = async (_algorithm, data) => {
  const digest = createHash("sha256").update(Buffer.from(data as ArrayBuffer)).digest();
  return digest.buffer.slice(digest.byteOffset, digest.byteOffset + digest.length) as ArrayBuffer;
};
