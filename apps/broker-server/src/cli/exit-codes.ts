/** How our commands end, for scripts. */
export const ExitCode = {
  OK: 0,
  /** It could not start, or it broke: a port in use, a store somebody holds, a disk that fails. */
  FAILED: 1,
  /** What was asked makes no sense: an unknown option, a wrong value in a file. */
  WRONG_USE: 2,
} as const;
