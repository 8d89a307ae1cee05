/** One option of a command, as commons-cli has them: `-c file`, `--configFile file`. */
export interface Option {
  readonly short: string;
  readonly long: string;
  /** What its value is called in the usage; undefined for a switch. */
  readonly value?: string;
  readonly about: string;
}

export interface Command {
  readonly name: string;
  readonly about: string;
  readonly options: readonly Option[];
  /** How the words behind the options are called in the usage. */
  readonly words?: string;
  /** What the usage says behind the options. */
  readonly more?: string;
}

/** What was written behind a command's name. */
export interface Arguments {
  /** Values by long name; a switch has the value ''. */
  readonly options: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

/** A command line that cannot be understood; the message says which word and why. */
export class UsageError extends Error {}

/**
 * Takes a command line apart: options with one or two dashes, `--name=value` and `--name value`.
 *
 * Throws  UsageError for unknown options and missing values
 */
export function parseArguments(command: Command, line: readonly string[]): Arguments {
  const options = new Map<string, string>();
  const words: string[] = [];
  for (let index = 0; index < line.length; index++) {
    const word = line[index] ?? '';
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = word.slice(0, equals < 0 ? undefined : equals).replace(/^--?/, '');
    const option = command.options.find(({ short, long }) => name === short || name === long);
    if (!option) throw new UsageError(`${command.name} has no option ${word}`);
    if (option.value === undefined) options.set(option.long, '');
    else if (equals >= 0) options.set(option.long, word.slice(equals + 1));
    else {
      const value = line[++index];
      if (value === undefined) throw new UsageError(`${word} needs a value: ${option.value}`);
      options.set(option.long, value);
    }
  }
  return { options, words };
}

/** The text of `-h`. */
export function usageOf(command: Command): string {
  const rows = command.options.map(({ short, long, value, about }) => {
    const dashes = short === long ? `    --${long}` : `-${short}, --${long}`;
    return [`  ${dashes}${value ? ` <${value}>` : ''}`, about] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  const lines = rows.map(([left, about]) => left.padEnd(width) + about);
  const head = `usage: ${command.name} [options]${command.words ? ` ${command.words}` : ''}`;
  const more = command.more === undefined ? [] : ['', command.more];
  return [head, '', command.about, '', ...lines, ...more].join('\n');
}
