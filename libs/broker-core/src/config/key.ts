/**
 * One setting: what users write, what we call it, and what it may be.
 *
 * `effect` says when a change counts: `live` at once (request code 25 may change it), `start` at the next start.
 */
export interface Key<T> {
  /** The name in broker.conf, spelled as RocketMQ spells it. */
  readonly name: string;
  readonly default: T;
  readonly effect: 'live' | 'start';
  /** What it does, in one sentence for docs/configuration.md. */
  readonly about: string;
  /** What may be written, in words: `true or false`, `1 to 65535`. */
  readonly allowed: string;
  /** The value of the written text, or undefined when it is none. */
  parse(text: string): T | undefined;
  /** The text that `parse` reads as `value`. */
  print(value: T): string;
  /** Shown by `mqbroker -m`. */
  readonly important?: boolean;
  /** Older spellings that still work. */
  readonly formerly?: readonly string[];
}

/** The keys of one slice of the configuration, by our field names. */
export type KeyTable<Slice> = { readonly [Field in keyof Slice]-?: Key<Slice[Field]> };

/** The slice that a table of keys describes. */
export type SliceOf<Table> = { readonly [Field in keyof Table]: Table[Field] extends Key<infer T> ? T : never };

/** What most keys leave unsaid: `start`, not important, no former names. */
export interface KeyOptions {
  readonly live?: boolean;
  readonly important?: boolean;
  readonly formerly?: readonly string[];
}

const common = (name: string, about: string, options: KeyOptions) => ({
  name,
  about,
  effect: options.live ? ('live' as const) : ('start' as const),
  ...(options.important ? { important: true } : {}),
  ...(options.formerly ? { formerly: options.formerly } : {}),
});

/** A setting that is on or off. */
export function flag(name: string, standard: boolean, about: string, options: KeyOptions = {}): Key<boolean> {
  return {
    ...common(name, about, options),
    default: standard,
    allowed: 'true or false',
    parse: (text) => {
      const word = text.toLowerCase();
      return word === 'true' ? true : word === 'false' ? false : undefined;
    },
    print: String,
  };
}

export interface NumberOptions extends KeyOptions {
  readonly min?: number;
  readonly max?: number;
  /** Ours = theirs × factor: 1000 for a key in seconds that we hold in milliseconds. */
  readonly factor?: number;
}

/** A whole number. `standard`, `min` and `max` are in the unit of the file. */
export function int(name: string, standard: number, about: string, options: NumberOptions = {}): Key<number> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, factor = 1 } = options;
  return {
    ...common(name, about, options),
    default: standard * factor,
    allowed: max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`,
    parse: (text) => {
      const value = Number(text);
      return /^[+-]?\d+$/.test(text) && value >= min && value <= max ? value * factor : undefined;
    },
    print: (value) => String(value / factor),
  };
}

/** A number that may have a fraction. */
export function real(name: string, standard: number, about: string, options: NumberOptions = {}): Key<number> {
  const { min = 0, max = Number.MAX_VALUE } = options;
  return {
    ...common(name, about, options),
    default: standard,
    allowed: `a number from ${min} to ${max}`,
    parse: (text) => {
      const value = Number(text);
      return text !== '' && value >= min && value <= max ? value : undefined;
    },
    print: String,
  };
}

export interface TextOptions extends KeyOptions {
  readonly pattern?: RegExp;
  readonly allowed?: string;
}

/** Free text, or text that follows a pattern. */
export function text(name: string, standard: string, about: string, options: TextOptions = {}): Key<string> {
  return {
    ...common(name, about, options),
    default: standard,
    allowed: options.allowed ?? 'text',
    parse: (written) => (options.pattern && !options.pattern.test(written) ? undefined : written),
    print: (value) => value,
  };
}

/** One of a few words; RocketMQ's constants, whatever their case in the file. */
export function choice<const Word extends string>(
  name: string,
  words: readonly Word[],
  standard: NoInfer<Word>,
  about: string,
  options: KeyOptions = {},
): Key<Word> {
  return {
    ...common(name, about, options),
    default: standard,
    allowed: words.join(', '),
    parse: (written) => words.find((word) => word.toLowerCase() === written.toLowerCase()),
    print: (value) => value,
  };
}
