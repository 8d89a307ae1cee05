import type { Key } from './key.js';
import { nearestName } from './nearest.js';
import { parseProperties } from './properties.js';

/** The words a configuration file may use. */
export interface Vocabulary {
  readonly keys: ReadonlyMap<string, Key<unknown>>;
  /** Known, without effect here; `why` says so in one sentence. */
  readonly noEffect: ReadonlyMap<string, { readonly standard: string; readonly why: string }>;
  /** Values that are understood and cannot be had; each answers why, or undefined. */
  readonly refusals: ReadonlyMap<string, (value: string) => string | undefined>;
}

/** What a text says, checked word by word. */
export interface Settings {
  /** Checked values by key. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly withoutEffect: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Checks a .properties text, and `overrides` on top of it, against a vocabulary. */
export function readSettings(
  text: string,
  overrides: Readonly<Record<string, string>>,
  vocabulary: Vocabulary,
): Settings {
  const reading = new Reading(vocabulary);
  for (const { name, value, line } of parseProperties(text)) reading.take(name, value, `line ${line}: `);
  reading.endOfText();
  for (const [name, value] of Object.entries(overrides)) reading.take(name, value.trim(), '');
  return reading;
}

class Reading implements Settings {
  readonly values = new Map<string, unknown>();
  readonly withoutEffect = new Map<string, string>();
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly #vocabulary: Vocabulary;
  readonly #currentNames: ReadonlyMap<string, string>;
  readonly #seen = new Set<string>();

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#currentNames = new Map(
      [...vocabulary.keys.values()].flatMap((key) => (key.formerly ?? []).map((old) => [old, key.name])),
    );
  }

  take(written: string, value: string, place: string): void {
    const name = this.#currentNames.get(written) ?? written;
    if (name !== written) this.warnings.push(`${place}${written} is spelled ${name} today; it was understood`);
    if (this.#seen.has(name)) this.warnings.push(`${place}${name} was set before; this value wins`);
    this.#seen.add(name);
    const refusal = this.#vocabulary.refusals.get(name)?.(value);
    const key = this.#vocabulary.keys.get(name);
    if (refusal !== undefined) this.problems.push(`${place}${name}=${value}: ${refusal}`);
    else if (key) this.#takeKnown(key, value, place);
    else this.#takeOther(name, value, place);
  }

  /** What follows comes from elsewhere, and may repeat a key of the text. */
  endOfText(): void {
    this.#seen.clear();
  }

  #takeKnown(key: Key<unknown>, value: string, place: string): void {
    const hasComment = /\s[#!]/.test(value);
    const parsed = key.parse(value);
    if (parsed === undefined) {
      const trap = hasComment ? '; a comment needs a line of its own, here it became part of the value' : '';
      this.problems.push(`${place}${key.name}=${value} is wrong: it takes ${key.allowed}${trap}`);
      return;
    }
    if (hasComment) {
      this.warnings.push(
        `${place}${key.name}=${value}: a comment needs a line of its own, here it became part of the value`,
      );
    }
    this.values.set(key.name, parsed);
  }

  #takeOther(name: string, value: string, place: string): void {
    const known = this.#vocabulary.noEffect.get(name);
    if (known) {
      this.withoutEffect.set(name, value);
      if (value !== known.standard) this.warnings.push(`${place}${name} has no effect here: ${known.why}`);
      return;
    }
    const nearest = nearestName(name, [...this.#vocabulary.keys.keys(), ...this.#vocabulary.noEffect.keys()]);
    this.warnings.push(`${place}${name} is unknown and was ignored${nearest ? `; did you mean ${nearest}?` : ''}`);
  }
}
