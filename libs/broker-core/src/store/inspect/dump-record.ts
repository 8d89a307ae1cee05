import type { MessageExt } from '../../protocol/message.js';
import { decodeMessage } from '../../protocol/message-record.js';
import type { Disk } from '../../runtime/disk.js';
import type { InspectOptions } from './inspect-store.js';
import { StoreDirectory } from './store-directory.js';

/** What lies at an offset of the log. */
export type Dump =
  | { readonly kind: 'record'; readonly message: MessageExt; readonly bytes: Buffer; readonly nextOffset: number }
  /** The end of a file that the next record did not fit into. */
  | { readonly kind: 'blank'; readonly nextOffset: number }
  /** Not the beginning of a record; `nextOffset` is where the next one begins, if there is one. */
  | { readonly kind: 'nothing'; readonly problem: string; readonly nextOffset: number | undefined };

/** Reads the record at an offset of the log, or says where the next one begins. */
export async function dumpRecord(
  disk: Disk,
  directory: string,
  commitLogOffset: number,
  options: InspectOptions = {},
): Promise<Dump> {
  const store = new StoreDirectory(disk, directory, options.commitLogDirectory);
  try {
    const scanner = store.scanner();
    const place = await scanner.at(commitLogOffset);
    if (place.kind === 'blank') return { kind: 'blank', nextOffset: place.next };
    if (place.kind === 'record') {
      const { sizeBytes } = place.record;
      const bytes = Buffer.alloc(sizeBytes);
      store.log.readAt(bytes, commitLogOffset);
      // A body that does not decompress is shown as it is stored.
      const message = decodeMessage(bytes, 0, { decompress: false });
      return { kind: 'record', message, bytes, nextOffset: commitLogOffset + sizeBytes };
    }
    const problem = place.kind === 'end' ? 'nothing was written here' : place.problem;
    return { kind: 'nothing', problem, nextOffset: await scanner.nextRecord(commitLogOffset + 1) };
  } finally {
    store.close();
  }
}
