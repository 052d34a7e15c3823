// From a form to the journal, and out of it again.
import { exchangeLock } from "./exchange";
import { env, phone, state, whoRecords } from "./here";
import * as journal from "./journal";
import { recordCommand } from "./record";
import { pace, report, tell, watch } from "./running";
import { Problem, type RecordOptions } from "./types";
import { askForSync } from "./worker";

/** Durable before it resolves. Throws Problem("phone_full" | "storage" | "too_large") and then keeps nothing. */
export async function record(type: string, payload: Record<string, any>, o?: RecordOptions): Promise<void> {
  const saved = await recordCommand(phone, whoRecords(), type, payload, o);
  await state.append(saved).catch(report); // it is saved, whatever becomes of showing it
  tell({ journal: true });
  if (!navigator.onLine) void askForSync();
  askToKeep();
  pace.kick();
}

let askedToKeep = false;

/** Asks the browser not to clear this storage, at the first record: some browsers ask the person, who knows by then what for. */
function askToKeep(): void {
  if (askedToKeep) return;
  askedToKeep = true;
  void navigator.storage?.persist?.();
}

/** An unsent record, taken back. Throws Problem("sending") while it is on its way, "sent" once it has an outcome. */
export async function withdraw(id: string): Promise<void> {
  const whose = whoRecords();
  const done = await env.lock(exchangeLock(phone, whose), () => journal.withdraw(phone.journal, whose, id).then(() => true), false);
  if (!done) throw new Problem("sending");
  watch.journal();
  pace.kick();
}

/** A rejected or declined record that is not needed any more. */
export async function discard(id: string): Promise<void> {
  await journal.discard(phone.journal, whoRecords(), id);
  watch.journal();
}
