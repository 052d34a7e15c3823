/* Six digits: the phone's own large keys, pasting allowed, and a label that is read out. */
import type { Signal } from "@preact/signals";
import { digits } from "../pins";
import { Mistake } from "./fields";

interface PinFieldProps { id: string; label: string; pin: Signal<string>; hint?: string; wrong?: string; fresh?: boolean }

/** `fresh`: one that is chosen now, and so is shown as it is typed. */
export function PinField({ id, label, pin, hint, wrong, fresh }: PinFieldProps) {
  const described = [wrong && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  return (
    <>
      <label class="label" for={id}>{label}</label>
      <input id={id} name={id} class="field pin" type={fresh ? "text" : "password"} inputMode="numeric" value={pin.value} autocapitalize="none"
        autocomplete={fresh ? "new-password" : "current-password"} aria-invalid={wrong ? "true" : undefined} aria-describedby={described}
        onInput={(event) => (event.currentTarget.value = pin.value = digits(event.currentTarget.value))} />
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      <Mistake id={id} text={wrong} />
    </>
  );
}
