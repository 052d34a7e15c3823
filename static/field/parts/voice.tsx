/* Saying it instead of writing it. Never where somebody stays unnamed: a voice names its owner. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Problem } from "../engine";
import { t } from "../words";
import { Icon } from "./icon";
import { Player } from "./player";
import { canListen, listen, LONGEST_SECONDS, type Clip, type Listening } from "./recorder";
import { problemWords } from "./save";

export type { Clip } from "./recorder";
const MOST = 3;

const running = signal<Listening | null>(null);
export const isSpeaking = () => running.value !== null;
/** A form that is saved while somebody speaks takes along what was said. */
export const finishSpeaking = async (): Promise<void> => running.peek()?.end();

const time = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** How long somebody has been speaking; for the eye, and not read out every second. */
function Clock({ began }: { began: number }) {
  const seconds = useSignal(0);
  useEffect(() => {
    const tick = setInterval(() => (seconds.value = Math.round((Date.now() - began) / 1000)), 500);
    return () => clearInterval(tick);
  }, [began]);
  return <span class="num" aria-hidden="true">{time(seconds.value)}</span>;
}

export function useVoice(clips: Clip[], onClips: (clips: Clip[]) => void) {
  const wrong = useSignal("");
  const asking = useSignal(false);
  const latest = useRef({ clips, onClips });
  latest.current = { clips, onClips };
  useEffect(() => () => void finishSpeaking(), []);
  const begin = async () => {
    if (running.peek() || asking.peek()) return;
    asking.value = true;
    wrong.value = "";
    try {
      running.value = await listen((clip) => {
        running.value = null;
        if (clip) latest.current.onClips([...latest.current.clips, clip]);
      });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      wrong.value = problemWords(error);
    } finally {
      asking.value = false;
    }
  };
  const now = running.value;
  const tool = canListen() && clips.length < MOST && !now && (
    <button class="tool" type="button" onClick={() => void begin()}><Icon name="voice" />{t(clips.length ? "voice.again" : "voice.say")}</button>
  );
  const rows = (
    <>
      {now && (
        <div class="note gap" role="status">
          <p>{t("voice.on", { n: LONGEST_SECONDS / 60 })} <Clock began={now.began} /></p>
          <button class="btn solid" type="button" onClick={() => void now.end()}>{t("voice.end")}</button>
        </div>
      )}
      {clips.length > 0 && (
        <ul class="clips">
          {clips.map((clip, i) => (
            <li key={clip.sha256}>
              <Player clip={clip} label={`${t("voice.nth", { n: i + 1 })}${clip.seconds === undefined ? "" : ` ${time(clip.seconds)}`}`} />
              <button class="btn text small" type="button" onClick={() => onClips(clips.filter((other) => other !== clip))}>
                {t("photo.drop")}<span class="vh">{t("voice.nth", { n: i + 1 })}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {wrong.value && <p class="wrong" role="status">{wrong.value}</p>}
    </>
  );
  return { tool, rows };
}
