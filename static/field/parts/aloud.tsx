/* The screen's words by the phone's own voice, where it has one for this language. */
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { language, t } from "../words";
import { Icon } from "./icon";

const UNHURRIED = 0.9;
const voices = signal<SpeechSynthesisVoice[]>([]);
const look = () => void (voices.value = speechSynthesis.getVoices());
if ("speechSynthesis" in window) {
  look();
  speechSynthesis.addEventListener?.("voiceschanged", look);
}

export function Aloud({ text }: { text: () => string }) {
  const on = useSignal(false);
  const voice = voices.value.find(({ lang }) => lang.toLowerCase().startsWith(language.value));
  useEffect(() => () => void (on.peek() && speechSynthesis.cancel()), [language.value]);
  if (!voice) return null;
  const flip = () => {
    speechSynthesis.cancel();
    on.value = !on.peek();
    if (!on.peek()) return;
    const words = new SpeechSynthesisUtterance(text());
    words.voice = voice;
    words.lang = voice.lang;
    words.rate = UNHURRIED;
    words.onend = words.onerror = () => (on.value = false);
    speechSynthesis.speak(words);
  };
  return (
    <button class="btn text" type="button" aria-pressed={on.value} onClick={flip}>
      <Icon name="aloud" />{t(on.value ? "aloud.stop" : "aloud")}
    </button>
  );
}
