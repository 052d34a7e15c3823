// The words that engine and screens share. Screens import them from engine.ts.

export type Status = "queued" | "sending" | "applied" | "rejected" | "parked" | "declined";

/** A journal entry as screens see it. */
export interface Entry {
  id: string;
  seq: number;
  type: string;
  v: number;
  made_at: string;
  payload: Record<string, any>;
  supersedes?: string;
  status: Status;
  code?: string;
  message?: string;
  fields?: Record<string, string[]>;
  /** What else the outcome said; a `stale` one brings the entity's state and level. */
  detail?: Record<string, any>;
  /** The server's time of the outcome. */
  settled_at?: string;
  photos_waiting: number;
  /** The code with which the server refused a photo of this record for good. */
  photo_refused?: string;
  /** Rejected or declined, and the person has dealt with it. */
  dealt?: boolean;
}

export interface Doc<T = any> {
  id: string;
  rev: number;
  doc: T;
  /** Made on this phone, wholly or in part; the server has not answered yet. */
  preview?: boolean;
}

export interface Account {
  id: string;
  name: string;
  login?: string;
  language: "zh" | "en";
  posts: { role: string; organisation: string; cells: string[] }[];
}

/** What the sync sentence says; `n` counts what has no outcome yet (photos: photos, hand: records that need a look). */
export type Sync =
  | { kind: "sent"; at: number | null }
  | { kind: "waiting"; n: number }
  | { kind: "sending"; n: number }
  | { kind: "offline"; n: number }
  | { kind: "slow"; n: number }
  | { kind: "photos"; n: number }
  | { kind: "hand"; n: number }
  | { kind: "signin"; n: number }
  | { kind: "away"; n: number };

export type PushState = "on" | "off" | "denied" | "unsupported" | "offline" | "busy";

export interface RecordOptions {
  blobs?: Blob[];
  supersedes?: string;
  anonymous?: boolean;
  v?: number;
  /** The draft that this record ends: in one transaction with it, so that a kill in between leaves no second one to save. */
  draft?: { name: string; flush(): Promise<void> };
}

/** Everything that can be told to a person; `code` has its words in i18n. */
export class Problem extends Error {
  readonly code: string;
  readonly fields?: Record<string, string[]>;
  readonly retryAfter?: number;

  constructor(code: string, more: { message?: string; fields?: Record<string, string[]>; retryAfter?: number; cause?: unknown } = {}) {
    super(more.message ?? code, { cause: more.cause });
    this.name = "Problem";
    this.code = code;
    this.fields = more.fields;
    this.retryAfter = more.retryAfter;
  }
}
