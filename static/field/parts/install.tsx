/* The way onto the phone's own screen: a button where the browser offers it, a sentence where a person has to do it. */
import { signal } from "@preact/signals";
import { install, installable, installed, onIos } from "../engine";
import { t } from "../words";

const READ = "silian.install";

function known(): boolean {
  try {
    return localStorage.getItem(READ) !== null;
  } catch {
    return true; // storage is closed to us: better no hint than one at every start
  }
}

const read = signal(known());

function understood(): void {
  read.value = true;
  try {
    localStorage.setItem(READ, "1");
  } catch {
    return; // no room: it is said again next time
  }
}

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
