/* A recording as one button with a word: listen, stop. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { photo } from "../engine";
import { t } from "../words";
import { Icon } from "./icon";
import type { Clip } from "./recorder";

export function Player({ clip, label }: { clip: Clip; label: string }) {
  const on = useSignal(false);
  const away = useSignal(false);
  const sound = useRef<HTMLAudioElement | null>(null);
  const own = useRef<string | null>(null);
  useEffect(
    () => () => {
      sound.current?.pause();
      if (own.current) URL.revokeObjectURL(own.current);
    },
    [],
  );
  const play = async () => {
    if (clip.blob) own.current ??= URL.createObjectURL(clip.blob);
    const url = own.current ?? (await photo(clip.sha256));
    if (!url) throw new Error("not on this phone");
    const audio = (sound.current ??= new Audio(url));
    audio.onended = () => (on.value = false);
    on.value = true;
    await audio.play();
  };
  const flip = () => {
    away.value = false;
    if (on.value) {
      sound.current?.pause();
      on.value = false;
      return;
    }
    play().catch(() => {
      on.value = false;
      sound.current = null;
      away.value = true; // said below: it is not here, or cannot be played here
    });
  };
  return (
    <span class="player">
      <button class="btn small" type="button" aria-pressed={on.value} onClick={flip}>
        <Icon name="aloud" />{on.value ? t("aloud.stop") : t("voice.hear")}<span>{label}</span>
      </button>
      {away.value && <span class="hint" role="status">{t("voice.away")}</span>}
    </span>
  );
}
