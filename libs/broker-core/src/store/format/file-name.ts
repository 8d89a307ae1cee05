/**
 * Files of a log are named by the byte offset they begin at: twenty digits, so that names sort like offsets.
 *
 * Source  RocketMQ 5.x UtilAll#offset2FileName
 */
export function segmentFileName(startOffset: number): string {
  return String(startOffset).padStart(20, '0');
}

/** The offset that a segment's name says; undefined when it is the name of something else. */
export function segmentStartOffset(name: string): number | undefined {
  return /^\d{20}$/.test(name) ? Number(name) : undefined;
}
