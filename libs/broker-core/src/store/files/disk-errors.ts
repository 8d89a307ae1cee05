/** Whether an error of the disk says that there is no room. */
export function isDiskFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** Whether no file could be opened because too many are: nothing was done to any file, and others close in time. */
export function isOutOfDescriptors(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EMFILE' || code === 'ENFILE';
}

/** Whether the same may succeed later: what it was for waits until then. */
export function isPassing(error: unknown): boolean {
  return isDiskFull(error) || isOutOfDescriptors(error);
}
