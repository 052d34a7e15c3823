/* A question asked where it arose; nothing on the screen is covered. */
import { useEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";

interface AskProps { question: string; yes: string; no: string; onYes: () => void; onNo: () => void; children?: ComponentChildren }

export function Ask({ question, yes, no, onYes, onNo, children }: AskProps) {
  const words = useRef<HTMLParagraphElement>(null);
  useEffect(() => words.current?.focus(), [question]);
  return (
    <section class="sheet ask" role="group" aria-label={question}>
      <p class="title" tabIndex={-1} ref={words}>{question}</p>
      {children}
      <div class="pair fold">
        <button class="btn" type="button" onClick={onNo}>{no}</button>
        <button class="btn solid" type="button" onClick={onYes}>{yes}</button>
      </div>
    </section>
  );
}
