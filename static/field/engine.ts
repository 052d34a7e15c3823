// The one module screens import.
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { Problem, type Account, type Doc, type Entry, type PushState, type RecordOptions, type Sync } from "./types";

export { Problem } from "./types";
export type { Account, Doc, Entry, PushState, RecordOptions, Status, Sync } from "./types";

const later = async (): Promise<never> => {
  throw new Problem("storage");
};

export const account: ReadonlySignal<Account | null> = signal(null);
export const ready: ReadonlySignal<boolean> = signal(false);
export const sync: ReadonlySignal<Sync> = signal<Sync>({ kind: "sent", at: null });
export const entries: ReadonlySignal<Entry[]> = signal([]);
export const revoked: ReadonlySignal<boolean> = signal(false);
export const evicted: ReadonlySignal<boolean> = signal(false);
export const update: ReadonlySignal<boolean> = signal(false);
export const pushState: ReadonlySignal<PushState> = signal<PushState>("unsupported");
export const dirty = { hold(_key: string): void {}, release(_key: string): void {} };
export const waiting = (): number => 0;
export const newId = (_anonymous?: boolean): string => crypto.randomUUID();
export const collection = <T = any>(_name: string): ReadonlySignal<Doc<T>[]> => computed(() => []);
export const get = <T = any>(_name: string, _id: string): ReadonlySignal<Doc<T> | null> => computed(() => null);
export const start: () => Promise<void> = later;
export const applyUpdate: () => Promise<void> = later;
export const signIn: (login: string, password: string) => Promise<void> = later;
export const activate: (code: string, password: string) => Promise<void> = later;
export const signOut: () => Promise<void> = later;
export const record: (type: string, payload: Record<string, any>, o?: RecordOptions) => Promise<Entry> = later;
export const withdraw: (id: string) => Promise<void> = later;
export const discard: (id: string) => Promise<void> = later;
export const exportWaiting: () => Promise<Blob> = later;
export const syncNow = (): void => {};
export const shrink: (file: Blob) => Promise<{ blob: Blob; sha256: string }> = later;
export const photo: (sha256: string) => Promise<string | null> = later;
export const pushOn: () => Promise<void> = later;
export const pushOff: () => Promise<void> = later;
