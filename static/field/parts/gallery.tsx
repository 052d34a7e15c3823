/* Photos and recordings of what is recorded already: small ones, one larger for a tap. */
import { useSignal } from "@preact/signals";
import { t } from "../words";
import { Picture } from "./photos";
import { Player } from "./player";

interface Kept { photos?: string[]; recordings?: string[] }
export const hasKept = (doc: Kept | undefined) => Boolean(doc?.photos?.length || doc?.recordings?.length);

export function Gallery({ doc }: { doc: Kept }) {
  const large = useSignal<string | null>(null);
  const photos = doc.photos ?? [];
  return (
    <>
      {photos.length > 0 && (
        <div class="strip gallery">
          {photos.map((sha256, i) => (
            <button key={sha256} class="thumb" type="button" aria-expanded={large.value === sha256}
              onClick={() => (large.value = large.value === sha256 ? null : sha256)}>
              <Picture shot={{ sha256 }} label={t("photo.nth", { n: i + 1 })} />
            </button>
          ))}
        </div>
      )}
      {large.value && <div class="large" key={large.value}><Picture shot={{ sha256: large.value }} label={t("photo.nth", { n: photos.indexOf(large.value) + 1 })} /></div>}
      {doc.recordings?.map((sha256, i) => <Player key={sha256} clip={{ sha256 }} label={t("voice.nth", { n: i + 1 })} />)}
    </>
  );
}

/** Beside a row: that there are photos, and which. */
export const Thumbs = ({ photos }: { photos: string[] | undefined }) =>
  photos?.length ? (
    <span class="thumbs">{photos.map((sha256, i) => <Picture key={sha256} shot={{ sha256 }} label={t("photo.nth", { n: i + 1 })} />)}</span>
  ) : null;
