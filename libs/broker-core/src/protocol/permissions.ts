/**
 * Bits of a topic's or a broker's perm.
 *
 * Source  RocketMQ PermName
 */
export const PermName = {
  PERM_INHERIT: 0x1,
  PERM_WRITE: 0x2,
  PERM_READ: 0x4,
  PERM_PRIORITY: 0x8,
} as const;

/** Read and write: what a topic has unless someone says otherwise. */
export const PERM_READ_WRITE = PermName.PERM_READ | PermName.PERM_WRITE;

export const isReadable = (perm: number): boolean => (perm & PermName.PERM_READ) !== 0;
export const isWriteable = (perm: number): boolean => (perm & PermName.PERM_WRITE) !== 0;
export const isInherited = (perm: number): boolean => (perm & PermName.PERM_INHERIT) !== 0;

/** Whether `perm` is one that operators may set. RocketMQ: PermName#isValid. */
export const isValidPerm = (perm: number): boolean =>
  Number.isInteger(perm) && perm >= 0 && perm < PermName.PERM_PRIORITY;

/** A perm for people: "RW-", "R--", "RWX". */
export function permText(perm: number): string {
  return `${isReadable(perm) ? 'R' : '-'}${isWriteable(perm) ? 'W' : '-'}${isInherited(perm) ? 'X' : '-'}`;
}
