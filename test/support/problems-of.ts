import { ConfigError } from '../../libs/broker-core/src/runtime/errors.js';

/** What a configuration is refused for; nothing when it is accepted. */
export function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
