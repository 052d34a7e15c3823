/* Long lists: what fits on a screen is drawn at once, the rest right behind it, so that a slow phone shows its list sooner. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

const ROWS = 12;

interface Fits {
  <T>(rows: T[]): T[];
  /** The first screen has been drawn. */
  whole: boolean;
}

/** Takes rows for one list after the other, as many as a screen holds at first, and all of them from the second frame on. */
export function useFits(): Fits {
  const whole = useSignal(false);
  useEffect(() => {
    const frame = requestAnimationFrame(() => setTimeout(() => (whole.value = true)));
    return () => cancelAnimationFrame(frame);
  }, []);
  let left = whole.value ? Infinity : ROWS;
  const take = <T,>(rows: T[]): T[] => {
    const taken = rows.slice(0, left);
    left -= taken.length;
    return taken;
  };
  return Object.assign(take, { whole: whole.value });
}
