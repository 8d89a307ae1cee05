import type { Random } from './random.js';

/** What a disk writes as a whole; anything larger may be there in part after a power cut. */
export const SECTOR_BYTES = 512;
/** What a file system gives out: a file takes whole blocks, and none for its holes. */
const BLOCK_BYTES = 4096;

type Change =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly sizeBytes: number };

/** How much of what was not synced a power cut leaves. */
export type Survival = 'none' | 'all' | 'prefix' | 'some';

/**
 * The content of one file of a MemoryDisk: what programs see, what the platter has, and every change between the two.
 */
export class MemoryInode {
  modifiedAtMs = 0;
  #seen: Buffer = Buffer.alloc(0);
  #platter: Buffer = Buffer.alloc(0);
  /** Changes that no sync has covered, oldest first, and how many came before them. */
  #changes: Change[] = [];
  #syncedChanges = 0;
  readonly #blocks = new Set<number>();

  get sizeBytes(): number {
    return this.#seen.length;
  }

  get allocatedBytes(): number {
    return this.#blocks.size * BLOCK_BYTES;
  }

  /** Changes ever made. */
  get changeCount(): number {
    return this.#syncedChanges + this.#changes.length;
  }

  /** Bytes that a write would newly take from the file system. */
  newBytesOf(position: number, length: number): number {
    let count = 0;
    for (let block = Math.floor(position / BLOCK_BYTES); block * BLOCK_BYTES < position + length; block++) {
      if (!this.#blocks.has(block)) count++;
    }
    return count * BLOCK_BYTES;
  }

  read(target: Uint8Array, position: number): number {
    const source = this.#seen.subarray(position, position + target.length);
    target.set(source);
    return source.length;
  }

  write(source: Uint8Array, position: number): void {
    const change: Change = { kind: 'write', position, bytes: Buffer.from(source) };
    for (let block = Math.floor(position / BLOCK_BYTES); block * BLOCK_BYTES < position + source.length; block++) {
      this.#blocks.add(block);
    }
    this.#changes.push(change);
    this.#seen = applied(this.#seen, change);
  }

  truncate(sizeBytes: number): void {
    const change: Change = { kind: 'truncate', sizeBytes };
    for (const block of this.#blocks) if (block * BLOCK_BYTES >= sizeBytes) this.#blocks.delete(block);
    this.#changes.push(change);
    this.#seen = applied(this.#seen, change);
  }

  /** The first `count` changes ever made are on the platter. */
  sync(count: number): void {
    for (const change of this.#changes.splice(0, Math.max(0, count - this.#syncedChanges))) {
      this.#platter = applied(this.#platter, change);
      this.#syncedChanges++;
    }
  }

  /**
   * A sync failed: some of the changes may have arrived, and the system believes that all is written, so that the next
   * sync will say yes without writing them.
   */
  failSync(random: Random): void {
    this.#settle('some', random);
  }

  /** The power went: what is on the platter is all there is. */
  cutPower(survival: Survival, random: Random): void {
    this.#settle(survival, random);
    this.#seen = Buffer.from(this.#platter);
  }

  #settle(survival: Survival, random: Random): void {
    this.#platter = survivors(this.#platter, this.#changes, survival, random);
    this.#syncedChanges += this.#changes.length;
    this.#changes = [];
  }

  /** Flips a bit, as an old platter does. */
  flipBit(position: number, bit: number): void {
    for (const image of [this.#seen, this.#platter]) {
      if (position < image.length) image[position]! ^= 1 << bit;
    }
  }
}

function applied(image: Buffer, change: Change): Buffer {
  if (change.kind === 'truncate') return resized(image, change.sizeBytes);
  const end = change.position + change.bytes.length;
  const target = end > image.length ? resized(image, end) : image;
  change.bytes.copy(target, change.position);
  return target;
}

function resized(image: Buffer, sizeBytes: number): Buffer {
  const target = Buffer.alloc(sizeBytes);
  image.copy(target, 0, 0, sizeBytes);
  return target;
}

/**
 * What the platter may have after a power cut.
 *
 * A change of size is journalled, so such changes are kept in their order. Written sectors arrive in any order: each
 * has one of the versions it ever had, and a version has everything that was written to the sector before it.
 */
function survivors(platter: Buffer, changes: readonly Change[], survival: Survival, random: Random): Buffer {
  if (survival === 'none') return platter;
  const kept = survival === 'all' ? changes.length : random.int(changes.length + 1);
  /** How many of the changes each sector has, chosen when it is met first. */
  const keptOfSector = new Map<number, number>();
  const chooseFor = (sector: number): number => {
    const chosen = keptOfSector.get(sector) ?? [0, changes.length, random.int(changes.length + 1)][random.int(3)]!;
    keptOfSector.set(sector, chosen);
    return chosen;
  };
  let image: Buffer = Buffer.from(platter);
  changes.forEach((change, index) => {
    if (change.kind === 'truncate') {
      if (index < kept) image = applied(image, change);
      return;
    }
    // The write at the edge of a prefix is torn: some of its sectors, from the first on, are there.
    const pieces = [...sectorsOf(change)];
    const intact = survival !== 'prefix' || index !== kept ? pieces.length : random.int(pieces.length + 1);
    if (survival === 'prefix' && index > kept) return;
    for (const piece of pieces.slice(0, intact)) {
      const isKept = survival !== 'some' || index < chooseFor(Math.floor(piece.position / SECTOR_BYTES));
      if (isKept) image = applied(image, piece);
    }
  });
  return image;
}

type Write = Extract<Change, { kind: 'write' }>;

function* sectorsOf(change: Write): Generator<Write> {
  const end = change.position + change.bytes.length;
  for (let from = change.position; from < end; ) {
    const to = Math.min(end, from - (from % SECTOR_BYTES) + SECTOR_BYTES);
    yield { kind: 'write', position: from, bytes: change.bytes.subarray(from - change.position, to - change.position) };
    from = to;
  }
}
