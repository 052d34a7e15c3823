// Chance that can be had again: the same seed, the same throws. Each concern has dice of its own, named after it, so that a
// change in one leaves the others' throws as they were.

export class Dice {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  constructor(private readonly seed: string) {
    let h = 1779033703 ^ seed.length;
    const next = () => {
      h = Math.imul(h ^ (h >>> 16), 2246822507);
      h = Math.imul(h ^ (h >>> 13), 3266489909);
      return (h ^= h >>> 16) >>> 0;
    };
    for (const char of seed) {
      h = Math.imul(h ^ char.charCodeAt(0), 3432918353);
      h = (h << 13) | (h >>> 19);
    }
    [this.a, this.b, this.c] = [next(), next(), next()];
    for (let i = 0; i < 12; i++) this.whole(2);
  }

  of(name: string): Dice {
    return new Dice(`${this.seed}/${name}`);
  }

  /** 0 up to 1 (sfc32). */
  share(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t | 0;
    return (t >>> 0) / 4294967296;
  }

  /** 0 up to n - 1. */
  whole = (n: number): number => Math.floor(this.share() * n);
  between = (low: number, high: number): number => low + this.share() * (high - low);
  chance = (share: number): boolean => this.share() < share;
  one = <T>(of: readonly T[]): T => of[this.whole(of.length)]!;
  bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => this.whole(256));

  /** A choice by weights; those of weight 0 are never taken. */
  weighed<T extends string>(weights: Record<T, number>): T {
    const entries = Object.entries(weights) as [T, number][];
    let left = this.share() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) if ((left -= weight) < 0) return name;
    return entries.at(-1)![0];
  }

  uuid(version = 4): string {
    const bytes = this.bytes(16);
    bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = Buffer.from(bytes).toString("hex");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }
}
