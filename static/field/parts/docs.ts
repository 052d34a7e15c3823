/* The documents as the screens read them (GET /sync/schema describes them in full). */
import type { Language } from "../words";

/** WGS-84 */
export interface Position { lat: number; lon: number; accuracy_m: number | null; at: string | null }
export interface Place { grid_code: string | null; position: Position | null; text: string | null }
export interface Organisation { kind: string; name: string; code: string; parent_id: string | null; time_zone: string; phone: string | null }
export interface Unit { grid_code: string; building: number; unit: number; doors: [string, number, string][] }
export interface Person { name: string; posts: { role: string; organisation: string }[] }
export interface Route { name: string; minutes: number; checkpoint_ids: string[]; active: boolean }
export interface Checkpoint { name: string; hint: string; grid_code: string | null }
export interface Choice { code: string; names: Partial<Record<Language, string>>; order: number; active: boolean }

/** What it said before it was put right: the fields that changed, until when, and why. */
export type Earlier = Record<string, unknown> & { until: string; reason: string };
interface Made { by?: string | null; made_at?: string; received_at?: string; received_on?: string; amended_at?: string; earlier?: Earlier[] }
export interface Scan { checkpoint_id: string; by: string; at: string }
export interface Patrol extends Made {
  route_id: string | null; companions: string[]; state: "started" | "finished"; note: string; finished_at?: string | null; scans: Scan[];
}
export interface Finding extends Made {
  patrol_id: string | null; category: string; note: string; place: Place; photos: string[]; recordings: string[]; urgent: boolean; case_id: string | null;
}
export interface Reporter { name: string | null; phone: string | null; account_id: string | null; wants_news: boolean }
export interface Opinion extends Made {
  visit_id?: string | null; place: Place; category: string; text: string; anonymous: boolean; reporter: Reporter | null; photos: string[]; recordings: string[]; urgent: boolean;
}
export interface Visit extends Made {
  household_id: string | null; grid_code: string; purpose: string; outcome: string; consent: boolean; note: string; photos: string[];
}
export interface Claim extends Made {
  household_id: string; grid_code: string; right: string; words: string; state: string; answer: string; settled_at?: string | null;
}
export interface Step { at: string; kind: string; by: string | null; role: string | null; from: string | null; to: string | null; level: string | null; note: string }
export interface Case extends Made {
  number?: string | number | null; title: string; category: string; place: Place; urgent: boolean; from: { kind: string; id: string | null } | null;
  state: string; level: string; organisation_id: string | null; left: { state: string; level: string } | null; lead: string | null;
  assisting: string[]; due_at: string | null; reporters: number; anonymous: boolean; moved_at?: string; closed_at: string | null;
  refer_to?: string | null; settled?: boolean | null; satisfied?: boolean | null; attempts?: number; timeline: Step[];
}
export interface Alert { case_id: string | null; kind: string; title: string; body: string; path: string; at: string; opened_at: string | null }
