/* The way onto the phone's own screen: a button where the browser offers it, a sentence where a person has to do it. */
import { install, installable, installed, onIos } from "../engine";
import { t } from "../words";
import { once } from "./once";

const { read, understood } = once("silian.install");

/** `always`: also where it was read before. */
export function InstallHint({ always }: { always?: boolean }) {
  const byHand = onIos() && !installed();
  if ((!installable.value && !byHand) || (read.value && !always)) return null;
  return (
    <div class="offer" role="status">
      <span>{t(byHand ? "install.ios" : "install")}</span>
      {installable.value && <button class="btn small" type="button" onClick={() => void install()}>{t("install.do")}</button>}
      {!always && <button class="btn text small" type="button" onClick={understood}>{t("understood")}</button>}
    </div>
  );
}
