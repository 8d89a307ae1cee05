import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const MESSAGE_MAGIC = new Set([0xdaa320a7, 0xdaa320ab]);

/**
 * Overwrites the second half of the CommitLog's last record with zeros: what a power cut leaves when only some of the pages of
 * the last write reached the disk.
 *
 * Shape   a segment is records one after the other: u32 size · u32 magic · …; zeros or a blank record end it
 *
 * @param {string} directory
 * @returns {Promise<number>} the torn record's commitLogOffset
 */
export async function tearLastRecord(directory) {
  for (const name of (await readdir(directory))
    .filter((one) => /^\d{20}$/.test(one))
    .sort()
    .reverse()) {
    const file = await open(join(directory, name), 'r+');
    try {
      const last = await lastRecord(file);
      if (!last) continue;
      const kept = Math.floor(last.size / 2);
      await file.write(Buffer.alloc(last.size - kept), 0, last.size - kept, last.position + kept);
      await file.sync();
      return Number(name) + last.position;
    } finally {
      await file.close();
    }
  }
  throw new Error(`no record in ${directory}`);
}

/** @param {import('node:fs/promises').FileHandle} file */
async function lastRecord(file) {
  const { size: end } = await file.stat();
  const head = Buffer.alloc(8);
  let last;
  let position = 0;
  while (position + 8 <= end) {
    await file.read(head, 0, 8, position);
    const size = head.readUInt32BE(0);
    if (size === 0 || !MESSAGE_MAGIC.has(head.readUInt32BE(4))) break;
    last = { position, size };
    position += size;
  }
  return last;
}
