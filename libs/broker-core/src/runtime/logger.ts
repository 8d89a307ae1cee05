/** Facts that go with a log line, named like the protocol names them. Never bodies, never secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where the house writes what happened: a fixed sentence plus fields.
 *
 * error  someone must act · warn  we coped · info  a state changed · debug  one request
 */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** The same log with `fields` added to every line. */
  child(fields: LogFields): Logger;
}

/** Says nothing: the default of embedded parts. */
export const silentLogger: Logger = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLogger,
};
