import { totalmem } from 'node:os';

/** Bytes of memory of this machine: the estimate of what its page cache may hold starts from here. */
export function physicalMemoryBytes(): number {
  return totalmem();
}
