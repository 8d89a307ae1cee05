import { parseArgs } from 'node:util';

/** What the command line asked for. */
export interface DemoOptions {
  /** Stays up with a page to press the sends on. */
  readonly isServing: boolean;
  /** `host:port` of a name server; without one the demo brings its own broker. */
  readonly nameServer: string | undefined;
  /** Of the HTTP server. 0: a free one. */
  readonly port: number;
  readonly host: string;
  readonly isHelpWanted: boolean;
}

const SERVE_PORT = 3000;

export const HELP = `Usage: npm run demo [-- options]

  (no options)               start a broker in this process, send every kind of message, check that all arrive
  --serve                    stay up; a page at http://127.0.0.1:${SERVE_PORT}/ sends and shows what the listeners receive
  --name-server host:port    use the RocketMQ at that name server (Apache's too) instead of one in this process
  --port number              port of the HTTP server
  --host address             address of the HTTP server (default 127.0.0.1)
  --help                     this text

NO_COLOR=1 turns colours off.`;

/** Throws  TypeError with a sentence for options that do not exist, RangeError for a port that is none */
export function parseArguments(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      serve: { type: 'boolean', default: false },
      'name-server': { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const port = values.port === undefined ? (values.serve ? SERVE_PORT : 0) : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`--port ${values.port} is not a port`);
  return {
    isServing: values.serve,
    nameServer: values['name-server'],
    port,
    host: values.host,
    isHelpWanted: values.help,
  };
}
