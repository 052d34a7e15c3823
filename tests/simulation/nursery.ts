// The process that starts and kills servers, and is the operator and the desk: one line of JSON to it, one back.
import { spawn, type ChildProcess } from "node:child_process";
import { openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const MOMENTS = { arrived: 1, committing: 2, answering: 3 } as const;

export interface Facts {
  port: number;
  password: string;
  accounts: Record<string, string>;
  posts: { login: string; role: string; at: string; cells: string[] }[];
  units: string[];
  doors: [id: string, unit: string][];
  routes: [id: string, points: string[]][];
  checkpoints: string[];
  organisations: Record<string, string>;
}

export class Nursery {
  private readonly waiting: { resolve: (value: any) => void; reject: (error: Error) => void }[] = [];
  private dials = -1;

  private constructor(private readonly process: ChildProcess) {
    createInterface({ input: process.stdout! }).on("line", (line) => {
      const { value, error } = JSON.parse(line);
      const mine = this.waiting.shift()!;
      if (error) mine.reject(new Error(error));
      else mine.resolve(value);
    });
    process.on("exit", (code) => {
      for (const { reject } of this.waiting) reject(new Error(`the nursery has ended (${code})`));
    });
  }

  static async begin(folder: string, python: string): Promise<Nursery> {
    const made = new Nursery(spawn(python, ["-m", "tests.simulation.nursery", folder], { stdio: ["pipe", "pipe", "inherit"] }));
    await made.answer();
    made.dials = openSync(join(folder, "dials"), "r+");
    return made;
  }

  private answer = <T>(): Promise<T> => new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));

  ask<T = void>(what: string, how: Record<string, unknown> = {}): Promise<T> {
    this.process.stdin!.write(`${JSON.stringify({ do: what, ...how })}\n`);
    return this.answer<T>();
  }

  /** What time it is at the server. */
  tell(now: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(now);
    writeSync(this.dials, bytes, 0, 8, 0);
  }

  /** The power goes at the nth such moment from now on; never, with null. */
  cutAt(moment: keyof typeof MOMENTS | null, nth = 1): void {
    writeSync(this.dials, Buffer.from([moment ? MOMENTS[moment] : 0, nth]), 0, 2, 8);
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.process.once("exit", () => resolve());
      this.process.stdin!.end();
    });
  }
}
