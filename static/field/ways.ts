// Ways in that come with the later screens; the first sign-in screen has a place for them.
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

/** `whole`: instead of the form for login and password; else below it. */
export const Ways = signal<ComponentType<{ whole?: boolean }> | null>(null);
/** Asks staff for the lock, from today's screen. */
export const LockOffer = signal<ComponentType | null>(null);
/** Somebody has set a PIN on this phone, and has not asked for the other form. */
export const byPin = signal(false);
