// One phone without its screens: what the page, the service worker, the tests and the simulator are built from.
import type { Env } from "./env";
import { DOCUMENTS, JOURNAL, openStore, type Store } from "./store";

export interface Phone {
  env: Env;
  documents: Store;
  journal: Store;
  /** How large a request the network has let through lately (halved, and growing again), and when the journal was pruned. */
  pace: { commands: number; limit: number; pruned: number };
}

export function openPhone(env: Env, stores: Partial<Pick<Phone, "documents" | "journal">> = {}, blocked?: () => void): Phone {
  return {
    env,
    documents: stores.documents ?? openStore(DOCUMENTS, env.prefix, blocked),
    journal: stores.journal ?? openStore(JOURNAL, env.prefix, blocked),
    pace: { commands: 500, limit: 500, pruned: 0 },
  };
}
