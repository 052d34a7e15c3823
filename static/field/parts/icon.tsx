import type { MORE } from "./moreoutlines";
import { OUTLINES } from "./outlines";

export type IconName = keyof typeof OUTLINES | keyof typeof MORE;
/** The later screens bring their own. */
export const outlines: Partial<Record<IconName, string>> = { ...OUTLINES };

/** Always beside a word, never for it. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class="i" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={outlines[name]} />
  </svg>
);

/** Four armbands, each laid over the next: 四. */
export const Mark = () => (
  <svg class="i mark" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
    <path d="M8 11v26" /><path class="over" d="M8 37h32" /><path d="M8 37h32" /><path class="over" d="M40 37V11" /><path d="M40 37V11" />
    <path class="over" d="M40 11H8" /><path d="M40 11H8" /><path class="over" d="M8 15.5v7" /><path d="M8 11v11" />
    <path class="ink" d="M19.5 17.5c0 6.5-1.2 9.5-4.3 12.3M28.5 17.5v8.6c0 2.4 1.3 3.4 4.8 3.4" />
  </svg>
);
