/* Fields: as few as possible, the label above, the error below, in words. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { t, type Key } from "../words";
import { Icon, type IconName } from "./icon";

export type Wrong = Partial<Record<string, string>>;

export const Mistake = ({ id, text }: { id: string; text: string | undefined }) =>
  text ? <p class="wrong" id={`${id}-wrong`}>{text}</p> : null;

interface TextProps {
  id: string;
  label: string;
  small?: string;
  value: string;
  onText: (value: string) => void;
  wrong?: string;
  hint?: string;
  long?: boolean;
  type?: "text" | "tel" | "password" | "date";
  autocomplete?: string;
  placeholder?: string;
  max?: number;
  min?: string;
}

export function Text({ id, label, small, value, onText, wrong, hint, long, type = "text", autocomplete = "off", placeholder, max, min }: TextProps) {
  const described = [wrong && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  const common = {
    id, name: id, class: "field", value, placeholder, maxLength: max, autocomplete,
    "aria-invalid": wrong ? ("true" as const) : undefined, "aria-describedby": described,
    onInput: (event: { currentTarget: { value: string } }) => onText(event.currentTarget.value),
  };
  return (
    <>
      <label class="label" for={id}>{label}{small && <small> {small}</small>}</label>
      {long ? <textarea {...common} rows={4} /> : <input {...common} type={type} min={min} autocapitalize="none" />}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      <Mistake id={id} text={wrong} />
    </>
  );
}

interface CheckProps { id: string; label: string; quiet?: string; checked: boolean; onCheck: (checked: boolean) => void }

export const Check = ({ id, label, quiet, checked, onCheck }: CheckProps) => (
  <label class="check gap">
    <input type="checkbox" id={id} name={id} checked={checked} onChange={(e) => onCheck(e.currentTarget.checked)} />
    <span>
      <b>{label}</b>
      {quiet && <><br /><span class="quiet">{quiet}</span></>}
    </span>
  </label>
);

export interface Option { value: string; label: string; icon?: IconName }

interface TilesProps {
  id: string;
  legend: ComponentChildren;
  options: Option[];
  value: string | null;
  onPick: (value: string) => void;
  wrong?: string;
  shape?: string;
  tile?: string;
  children?: ComponentChildren;
}

/** A real radio under every tile; an unanswered question turns its own words red. */
export const Tiles = ({ id, legend, options, value, onPick, wrong, shape = "", tile = "", children }: TilesProps) => (
  <fieldset id={id} tabIndex={-1} aria-invalid={wrong ? "true" : undefined} aria-describedby={wrong ? `${id}-wrong` : undefined}>
    <legend class={wrong ? "wrong" : undefined}>{legend}</legend>
    <div class={`tiles ${shape}`}>
      {options.map((option) => (
        <label key={option.value} class={`tile ${tile}`}>
          <input type="radio" name={id} value={option.value} checked={option.value === value} onChange={() => onPick(option.value)} />
          <span>{option.icon && <Icon name={option.icon} />}{option.label}</span>
        </label>
      ))}
    </div>
    {children}
    <Mistake id={id} text={wrong} />
  </fieldset>
);

interface PickProps { id: string; label: string; hidden?: boolean; options: Option[]; value: string; onPick: (value: string) => void; plain?: boolean }

export const Pick = ({ id, label, hidden, options, value, onPick, plain }: PickProps) => (
  <label class={plain ? "pick plain" : "pick"}>
    <span class={hidden ? "vh" : "label"}>{label}</span>
    <select id={id} name={id} value={value} onChange={(e) => onPick(e.currentTarget.value)}>
      {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
    </select>
  </label>
);

/** "One thing missing" on the first question that has no answer. */
export const need = (what: Key) => t("missing", { what: t(what) });

/** What is missing is told after the first try to save, in the language of the moment, and goes as it is mended. */
export function useMistakes(find: () => Wrong) {
  const tried = useSignal(false);
  const clean = (): boolean => {
    const found = find();
    if (Object.keys(found).length) tried.value = true; // a form that is whole is not drawn again
    return showFirst(found);
  };
  return { wrong: tried.value ? find() : {}, clean, again: () => void (tried.value = false) };
}

/** The first mistake gets the focus, so that it is read out; its words must not lie under the armband. */
function showFirst(wrong: Wrong): boolean {
  const first = Object.keys(wrong)[0];
  if (!first) return true;
  requestAnimationFrame(() => {
    document.getElementById(first)?.focus();
    document.getElementById(`${first}-wrong`)?.scrollIntoView({ block: "nearest" });
  });
  return false;
}
