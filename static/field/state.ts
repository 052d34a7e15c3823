// What screens see, as signals, made from what the two databases hold.
import { batch, computed, signal, type ReadonlySignal } from "@preact/signals";
import { load, me, positionOf, type Kept, type Me, type Position } from "./documents";
import type { Result } from "./exchange";
import { digestsOf, list, listFirst, photosOf, type Listed, type Photo, type Saved } from "./journal";
import type { Phone } from "./phone";
import { pending, previews } from "./preview";
import type { Account, Doc, Entry, Sync } from "./types";
import type { Change } from "./wire";

export type State = ReturnType<typeof createState>;

function shown(saved: Saved, sending: Set<string>, mine: Photo[]): Entry {
  const { device: _, account: __, anonymous: ___, was: ____, urged: _____, status, ...entry } = saved;
  const refused = mine.find((photo) => photo.state === "refused")?.code;
  return {
    ...entry,
    status: status ?? (sending.has(saved.id) ? "sending" : "queued"),
    photos_waiting: mine.filter((photo) => photo.state === "waiting").length,
    ...(refused && { photo_refused: refused }),
  };
}

export const needsHand = ({ status, dealt, type }: Entry): boolean => (status === "rejected" || status === "declined") && !dealt && type !== "void";
export const hasNoOutcome = ({ status }: Entry): boolean => status === "queued" || status === "sending";

export function createState(phone: Phone) {
  const who = signal<Me | null>(null);
  const revoked = signal(false);
  const online = signal(phone.env.online());
  const saved = signal<Saved[]>([]);
  const photos = signal<Photo[]>([]);
  const position = signal<Position | null>(null);
  const sending = signal<Set<string>>(new Set());
  const busy = signal(false);
  const slow = signal(false);
  const last = signal<Result["kind"]>("done");
  const documents = new Map<string, ReturnType<typeof signal<Map<string, Kept>>>>();
  const merged = new Map<string, ReadonlySignal<Doc[]>>();

  const account = computed<Account | null>(() => who.value?.account ?? null);
  /** What is settled looks the same until it is read again. */
  const plain = new WeakMap<Saved, Entry>();
  const oldestFirst = computed(() => {
    const photosOf = new Map<string, Photo[]>();
    for (const photo of photos.value) for (const id of photo.of) photosOf.set(id, [...(photosOf.get(id) ?? []), photo]);
    const worth = saved.value.filter(({ type, status }) => type !== "void" || !status);
    return worth.map((entry) => {
      const mine = photosOf.get(entry.id) ?? [];
      if (mine.length || !entry.status) return shown(entry, sending.value, mine);
      let known = plain.get(entry);
      if (!known) plain.set(entry, (known = shown(entry, sending.value, mine)));
      return known;
    });
  });
  const entries = computed(() => [...oldestFirst.value].reverse());

  function base(collection: string) {
    let kept = documents.get(collection);
    if (!kept) {
      documents.set(collection, (kept = signal(new Map())));
      void reload([collection]);
    }
    return kept as ReadonlySignal<Map<string, Kept>>;
  }

  /** One reading after the other, so that an earlier one never covers what came later; what is wanted at once is read at once. */
  let reading = Promise.resolve();
  let wanted: Set<string> | null = null;

  function reload(names: Iterable<string>): Promise<void> {
    if (wanted) {
      for (const name of names) wanted.add(name);
      return reading;
    }
    const mine = (wanted = new Set(names));
    const read = async () => {
      wanted = null;
      const found = await load(phone.documents, [...mine]);
      batch(() => found.forEach((rows, name) => (documents.get(name)!.value = new Map(rows.map((row) => [row.id, row])))));
    };
    return (reading = reading.then(read, read));
  }

  const made = computed(() => {
    const complete = position.value?.complete ?? null;
    const waiting = oldestFirst.value.filter((entry) => pending(entry, complete));
    return previews(waiting, account.value, (collection, id) => base(collection).value.get(id)?.doc);
  });

  function collection(name: string): ReadonlySignal<Doc[]> {
    let all = merged.get(name);
    if (!all) {
      // Of its own: what is made of another collection's documents, or waits for those, leaves this one as it is.
      const mine = computed(() => made.value.get(name));
      all = computed(() => {
        const docs = new Map<string, Doc>(base(name).value);
        if (mine.value) for (const [id, doc] of mine.value) docs.set(id, { id, rev: docs.get(id)?.rev ?? 0, doc, preview: true });
        return [...docs.values()];
      });
      merged.set(name, all);
    }
    return all;
  }

  const sync = computed<Sync>(() => {
    const n = oldestFirst.value.filter(hasNoOutcome).length;
    const sent = new Set(saved.value.filter(({ status }) => status === "rejected" || status === "declined").map(({ id }) => id));
    const waiting = photos.value.filter((photo) => photo.state === "waiting" && !photo.of.every((id) => sent.has(id))).length;
    const hand = oldestFirst.value.filter(needsHand).length;
    if (who.value && last.value === "signin") return { kind: "signin", n };
    if (!online.value || (last.value === "offline" && !busy.value)) return { kind: "offline", n };
    if (busy.value && n) return { kind: slow.value ? "slow" : "sending", n };
    if (last.value === "away") return { kind: "away", n };
    if (n) return { kind: "waiting", n };
    if (hand) return { kind: "hand", n: hand };
    if (waiting) return { kind: "photos", n: waiting };
    return { kind: "sent", at: position.value?.at ?? null };
  });

  let newest = 0;
  let underWay: Promise<void> | null = null;
  let more = false;

  /** The reading that began last counts; who asked for an earlier one waits for it too. */
  function loadJournal(known: Listed | null = null): Promise<void> {
    const mine = ++newest;
    const read = async (): Promise<void> => {
      const id = who.value?.account.id;
      const nothing: Omit<Listed, "account"> = { entries: [], photos: [] };
      const kept = id === undefined ? nothing : known?.account === id ? known : await list(phone.journal, id);
      if (mine !== newest) return underWay ?? undefined;
      underWay = null;
      more = kept.more ?? false;
      batch(() => {
        saved.value = kept.entries;
        photos.value = kept.photos;
      });
    };
    return (underWay = read());
  }

  /** What the first screen left out. */
  const loadRest = (): Promise<void> | null => (more ? loadJournal() : underWay);

  /** Takes over what an exchange kept: named entries and photos, the others stay as they were read; or any of them. */
  async function followJournal(changed?: Saved[]): Promise<void> {
    const id = who.value?.account.id;
    if (!changed || underWay || id === undefined) return loadJournal();
    const mine = ++newest;
    const now = new Map(changed.map((entry) => [entry.id, entry]));
    if (changed.length) saved.value = saved.value.map((entry) => now.get(entry.id) ?? entry);
    const found = await photosOf(phone.journal, id);
    if (mine === newest) photos.value = found;
  }

  /** A record was saved here. Only where it brought photos, or answers another one, is there more to read. */
  async function append(entry: Saved): Promise<void> {
    if (underWay || entry.supersedes || digestsOf(entry.payload).length || saved.value.some(({ id }) => id === entry.id)) return loadJournal();
    saved.value = [...saved.value, entry];
  }

  async function loadPosition(): Promise<void> {
    const id = who.value?.account.id;
    position.value = id === undefined ? null : await positionOf(phone.documents, id);
  }

  /** At the `first` start what is being read already is as good as new, and the journal is read beside the question whose it is. */
  async function loadAll(first = false): Promise<void> {
    const [row, only] = await Promise.all([me(phone.documents), first ? listFirst(phone.journal) : null]);
    who.value = row?.me ?? null;
    revoked.value = row?.revoked ?? false;
    await Promise.all([loadJournal(only), loadPosition(), first ? reading : reload(documents.keys())]);
  }

  /** Takes over what an exchange kept; only with `all` it reads everything again. */
  async function follow(changes: Change[], all: boolean): Promise<void> {
    if (all) await reload(documents.keys());
    for (const name of new Set(changes.map((change) => change.collection))) {
      await reading;
      const known = documents.get(name);
      if (all || !known) continue;
      const next = new Map(known.value);
      for (const { collection, id, rev, doc } of changes) {
        if (collection !== name) continue;
        if (doc) next.set(id, { collection, id, rev, doc, gen: 0 });
        else next.delete(id);
      }
      known.value = next;
    }
    await loadPosition();
  }

  return {
    who, revoked, online, sending, busy, slow, last, account, entries, sync, collection,
    loadAll, loadJournal, loadRest, followJournal, append, follow, reload: (names: string[]) => reload(names.filter((name) => documents.has(name))),
  };
}
