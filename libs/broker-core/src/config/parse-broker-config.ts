import { ConfigError } from '../runtime/errors.js';
import { type Machine, thisMachine } from '../runtime/machine.js';
import {
  type BrokerConfig,
  type BrokerOverrides,
  defaultBrokerConfig,
  keysByName,
  type SliceName,
} from './broker-config.js';
import { adviseOn, problemsOf } from './check-broker-config.js';
import { noEffectKeys } from './no-effect-keys.js';
import { readSettings, type Settings, type Vocabulary } from './read-settings.js';
import { refusals } from './refusals.js';

/** A configuration that works, and what its author should hear all the same. */
export interface ParsedBrokerConfig {
  readonly config: BrokerConfig;
  /** One sentence each: unknown keys with the nearest known name, keys without effect, dangerous values. */
  readonly warnings: readonly string[];
}

/** Every word of a broker.conf. */
export const brokerVocabulary: Vocabulary = {
  keys: new Map([...keysByName].map(([name, { key }]) => [name, key])),
  noEffect: noEffectKeys,
  refusals,
};

/**
 * Reads a broker.conf: RocketMQ's keys in .properties grammar. `overrides` (from a command line, by key) win over the
 * text; what neither says is the default.
 *
 * Throws  ConfigError that lists every problem at once
 * Source  docs/configuration.md, printed from the same table
 */
export function parseBrokerConfig(
  text: string,
  overrides: Readonly<Record<string, string>> = {},
  machine: Machine = thisMachine(),
): ParsedBrokerConfig {
  const settings = readSettings(text, overrides, brokerVocabulary);
  const config = place(settings, machine);
  const problems = [...settings.problems, ...problemsOf(config)];
  if (problems.length > 0) throw new ConfigError(problems);
  const warnings = [...settings.warnings, ...adviseOn(config)];
  // Without slaves every broker is a master, and a master's id is 0 whatever the file says.
  return { config: { ...config, identity: { ...config.identity, brokerId: 0 } }, warnings };
}

function place(settings: Settings, machine: Machine): BrokerConfig {
  const slices = new Map<SliceName, Record<string, unknown>>();
  for (const [name, value] of settings.values) {
    const placed = keysByName.get(name);
    if (!placed) continue;
    const slice = slices.get(placed.slice) ?? {};
    slices.set(placed.slice, slice);
    slice[placed.field] = value;
  }
  // Each value went through its key's parse, so the slices have the types of the table.
  const overrides = Object.fromEntries(slices) as BrokerOverrides;
  return { ...defaultBrokerConfig(overrides, machine), withoutEffect: settings.withoutEffect };
}
