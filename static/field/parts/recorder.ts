/* One spoken piece: Opus where the browser can, M4A on iPhones, three minutes at most. Ended by hand, by the clock,
   or when the phone takes the microphone away for a call: what was said until then is kept. */
import { Problem } from "../engine";

export interface Clip { sha256: string; /** absent where an earlier record already holds the bytes */ blob?: Blob; seconds?: number }

export const LONGEST_SECONDS = 180;
const BITS_PER_SECOND = 32_000;
const PIECE_MS = 1000;
const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

const kind = () =>
  typeof MediaRecorder === "undefined" || !navigator.mediaDevices ? undefined : KINDS.find((one) => MediaRecorder.isTypeSupported(one));
export const canListen = () => kind() !== undefined;

async function digest(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface Listening { began: number; end(): Promise<void> }

async function microphone(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (cause) {
    throw new Problem("microphone", { cause });
  }
}

/** Begins; `onClip` is called once, with what was said, or with nothing where nothing was heard. */
export async function listen(onClip: (clip: Clip | null) => void): Promise<Listening> {
  const mimeType = kind()!;
  const stream = await microphone();
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
  const pieces: Blob[] = [];
  const began = Date.now();
  const stop = () => void (recorder.state === "inactive" || recorder.stop());
  const hide = () => void (document.hidden && stop());
  const clock = setTimeout(stop, LONGEST_SECONDS * 1000);
  document.addEventListener("visibilitychange", hide);
  recorder.ondataavailable = ({ data }) => void (data.size && pieces.push(data));
  const over = new Promise<void>((done) => {
    recorder.onstop = async () => {
      clearTimeout(clock);
      document.removeEventListener("visibilitychange", hide);
      for (const track of stream.getTracks()) track.stop();
      const blob = new Blob(pieces, { type: mimeType.split(";")[0] });
      const seconds = Math.min(LONGEST_SECONDS, Math.round((Date.now() - began) / 1000));
      onClip(blob.size ? { sha256: await digest(blob), blob, seconds } : null);
      done();
    };
  });
  recorder.start(PIECE_MS);
  return {
    began,
    end: () => {
      stop();
      return over;
    },
  };
}
