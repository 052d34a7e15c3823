/* A photo shared from the gallery goes into the form that is opened for it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Draft } from "../draft";
import { Problem, shared, shrink } from "../engine";
import { t } from "../words";
import type { Shot } from "./photos";
import { problemWords } from "./save";

/** Takes what waits into the draft, once it is open, where `address` names the form; answers what went wrong, in words. */
export function useShared<T extends { shots: Shot[] }>(draft: Draft<T>, address: string | false): string {
  const wrong = useSignal("");
  const open = draft.value.value !== null;
  useEffect(() => {
    if (!address || !open || !draft.mine.peek()) return;
    history.replaceState(null, "", address); // once: not again when the page is loaded again
    void take(draft).then((words) => (wrong.value = words));
  }, [address, open]);
  return wrong.value;
}

async function take<T extends { shots: Shot[] }>(draft: Draft<T>): Promise<string> {
  let wrong = "";
  const files = await shared.files();
  if (!files.length) return t("photo.unshared");
  for (const file of files) {
    try {
      const shot = await shrink(file);
      const shots = draft.value.peek()!.shots.filter(({ sha256 }) => sha256 !== shot.sha256);
      draft.set({ shots: [...shots, shot] } as unknown as Partial<T>);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      wrong = problemWords(error);
    }
  }
  await draft.flush();
  await shared.drop();
  return wrong;
}
