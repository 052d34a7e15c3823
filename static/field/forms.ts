// What forms keep here before there is a record: words in the making, and photos that were shared to the app from outside.
import { dropDraft, keepDraft, listDrafts, readDraft, type DraftKey } from "./drafts";
import { phone, whoRecords } from "./here";
import { dropShared, sharedFiles } from "./shared";

export const drafts = {
  read: <T>(key: DraftKey): Promise<T | undefined> => readDraft<T>(phone.journal, key),
  list: <T>(): Promise<{ name: string; words: T }[]> => listDrafts<T>(phone.journal, whoRecords()),
  keep: ({ account, name }: DraftKey, words: unknown): Promise<void> => keepDraft(phone.journal, { account, name }, words),
  drop: (key: DraftKey): Promise<void> => dropDraft(phone.journal, key),
};

export const shared = {
  files: (): Promise<Blob[]> => sharedFiles(phone, whoRecords()),
  drop: (): Promise<void> => dropShared(phone),
};
