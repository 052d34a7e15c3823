// What is being written, per person and form. In the journal's database, so that a record and the end of its draft are one.
import type { Store } from "./store";

const DRAFTS = ["drafts"];

export interface DraftKey {
  account: string;
  name: string;
}

export const readDraft = <T>(store: Store, { account, name }: DraftKey): Promise<T | undefined> =>
  store.read(DRAFTS, async (tx) => (await tx.get<{ words: T }>("drafts", [account, name]))?.words);

/** By name, with what is in them. */
export const listDrafts = <T>(store: Store, account: string): Promise<{ name: string; words: T }[]> =>
  store.read(DRAFTS, (tx) => tx.list<{ name: string; words: T }>("drafts", [account]));

export const keepDraft = (store: Store, key: DraftKey, words: unknown): Promise<void> =>
  store.write(DRAFTS, async (tx) => tx.put("drafts", { ...key, words }));

export const dropDraft = (store: Store, { account, name }: DraftKey): Promise<void> =>
  store.write(DRAFTS, async (tx) => tx.remove("drafts", [account, name]));
