// Shrinks a photo away from the screen's thread. Drawing it anew leaves EXIF behind, the place where it was taken too.
export {};
declare const self: DedicatedWorkerGlobalScope;

const MAX_BYTES = 200 * 1024;
const MAX_SIDE = 1600;
const TRIES = 8;

async function encode(bitmap: ImageBitmap, side: number, quality: number): Promise<Blob> {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
  const context = canvas.getContext("2d", { alpha: false })!;
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const webp = await canvas.convertToBlob({ type: "image/webp", quality });
  return webp.type === "image/webp" ? webp : canvas.convertToBlob({ type: "image/jpeg", quality }); // Safari writes no WebP
}

async function shrink(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  let side = MAX_SIDE;
  let quality = 0.82;
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const blob = await encode(bitmap, side, quality);
      if (blob.size <= MAX_BYTES) return blob;
      // Somewhat too large: a coarser picture of the same size; far too large: a smaller one.
      if (blob.size < 2 * MAX_BYTES && quality > 0.6) quality -= 0.14;
      else side *= Math.max(0.4, 0.9 * Math.sqrt(MAX_BYTES / blob.size));
    }
  } finally {
    bitmap.close();
  }
  throw new Error("it stays too large");
}

self.onmessage = async ({ data }: MessageEvent<Blob>) => {
  try {
    self.postMessage({ blob: await shrink(data) });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
