/* Photos: optional, shrunk on the phone, no faces. The camera belongs to the phone's own app, so gloves know it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { photo, Problem, shrink } from "../engine";
import { t } from "../words";
import { Icon } from "./icon";
import { problemWords } from "./save";

/** `blob` is absent where an earlier record already holds the bytes. */
export interface Shot { sha256: string; blob?: Blob }
const MOST = 6;

export const digests = (shots: Shot[]) => shots.map((shot) => shot.sha256);
export const blobs = (shots: Shot[]) => shots.flatMap((shot) => (shot.blob ? [shot.blob] : []));

export function Picture({ shot, label }: { shot: Shot; label: string }) {
  const url = useSignal<string | null>(null);
  const away = useSignal(false);
  useEffect(() => {
    if (!shot.blob) {
      void photo(shot.sha256).then((found) => {
        url.value = found;
        away.value = !found;
      });
      return;
    }
    const own = URL.createObjectURL(shot.blob);
    url.value = own;
    return () => URL.revokeObjectURL(own);
  }, [shot.sha256]);
  if (away.value) return <span class="hint">{t("photo.away")}</span>;
  return url.value ? <img src={url.value} alt={label} onError={() => (away.value = true)} /> : <span class="vh">{label}</span>;
}

interface PhotosProps { shots: Shot[]; onShots: (shots: Shot[]) => void; children?: preact.ComponentChildren }

export function Photos({ shots, onShots, children }: PhotosProps) {
  const wrong = useSignal("");
  const busy = useSignal(false);
  async function take(input: HTMLInputElement): Promise<void> {
    const [file] = input.files ?? [];
    input.value = "";
    if (!file || busy.peek()) return;
    busy.value = true;
    wrong.value = "";
    try {
      const shot = await shrink(file);
      if (!shots.some((known) => known.sha256 === shot.sha256)) onShots([...shots, shot]);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      wrong.value = problemWords(error);
    } finally {
      busy.value = false;
    }
  }
  return (
    <>
      <div class="strip">
        {shots.map((shot, i) => (
          <div class="shot" key={shot.sha256}>
            <Picture shot={shot} label={t("photo.nth", { n: i + 1 })} />
            <button class="btn text small" type="button" onClick={() => onShots(shots.filter((other) => other !== shot))}>
              {t("photo.drop")}<span class="vh">{t("photo.nth", { n: i + 1 })}</span>
            </button>
          </div>
        ))}
        {shots.length < MOST && (
          <label class="tool">
            <input type="file" accept="image/*" capture="environment" onChange={(e) => void take(e.currentTarget)} />
            <Icon name="camera" />
            {busy.value ? t("photo.busy") : t(shots.length ? "photo.again" : "photo.take")}
          </label>
        )}
        {children}
      </div>
      {wrong.value && <p class="wrong" role="status">{wrong.value}</p>}
    </>
  );
}
