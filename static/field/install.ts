// Into the phone's own list of apps: Android's browsers offer it, on an iPhone a person does it by hand.
import { signal } from "@preact/signals";

interface Offer extends Event {
  prompt(): Promise<unknown>;
}

/** The browser's offer, good for one question. */
let offer: Offer | null = null;
/** The browser will ask when we let it. */
export const installable = signal(false);

export const installed = (): boolean => matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true;
export const onIos = (): boolean => /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

function take(next: Offer | null): void {
  offer = next;
  installable.value = next !== null;
}

/** Before anything is waited for: the browser offers once, when it likes. */
export function heedInstall(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // no bar of the browser's over our buttons: the app has a place for it
    take(event as Offer);
  });
  addEventListener("appinstalled", () => take(null));
}

export async function install(): Promise<void> {
  const asking = offer?.prompt();
  take(null);
  await asking;
}

/** The app was opened once more, by a shortcut say: the window that is open goes there. A plain start leaves it where it is. */
export function heedLaunch(open: (path: string) => void): void {
  const queue = (window as { launchQueue?: { setConsumer(heard: (launch: { targetURL?: string }) => void): void } }).launchQueue;
  queue?.setConsumer(({ targetURL }) => {
    const { hash } = new URL(targetURL ?? location.href);
    if (hash) open(`/${hash}`);
  });
}
