import { ConfigError } from '../runtime/errors.js';
import { type Machine, thisMachine } from '../runtime/machine.js';
import type { Key } from './key.js';
import { type NameServerKeysConfig, nameServerKeys } from './keys/name-server.keys.js';
import { readSettings, type Vocabulary } from './read-settings.js';

/** Everything a name server can be told. */
export interface NameServerConfig extends NameServerKeysConfig {
  /** Keys that were accepted and have no effect here. */
  readonly withoutEffect: ReadonlyMap<string, string>;
}

const THREADS = 'Nothing waits for a thread here: one event loop does the work.';
const OTHERS = 'Nothing here corresponds to it.';
const NO_EFFECT: readonly (readonly [string, string, string])[] = [
  ['clientRequestThreadPoolNums', '8', THREADS],
  ['defaultThreadPoolNums', '16', THREADS],
  ['clientRequestThreadPoolQueueCapacity', '50000', THREADS],
  ['defaultThreadPoolQueueCapacity', '10000', THREADS],
  ['serverWorkerThreads', '8', THREADS],
  ['serverCallbackExecutorThreads', '0', THREADS],
  ['serverSelectorThreads', '3', THREADS],
  ['serverOnewaySemaphoreValue', '256', THREADS],
  ['serverAsyncSemaphoreValue', '64', THREADS],
  ['useEpollNativeSelector', 'false', THREADS],
  ['unRegisterBrokerQueueCapacity', '3000', OTHERS],
  ['rocketmqHome', '', OTHERS],
  ['configStorePath', '', OTHERS],
  ['productEnvName', 'center', OTHERS],
  ['clusterTest', 'false', OTHERS],
];

/** Every word of a namesrv.conf. */
export const nameServerVocabulary: Vocabulary = {
  keys: new Map(Object.values(nameServerKeys).map((key) => [key.name, key as Key<unknown>])),
  noEffect: new Map(NO_EFFECT.map(([name, standard, why]) => [name, { standard, why }])),
  refusals: new Map([
    [
      'enableControllerInNamesrv',
      (value) => (value.toLowerCase() === 'true' ? 'this release has no controller; leave it out' : undefined),
    ],
  ]),
};

/** What a name server does when nobody says anything, with `overrides` on top. */
export function defaultNameServerConfig(
  overrides: Partial<NameServerConfig> = {},
  machine: Machine = thisMachine(),
): NameServerConfig {
  const defaults = Object.fromEntries(Object.entries(nameServerKeys).map(([field, key]) => [field, key.default]));
  const config = { withoutEffect: new Map(), ...defaults, ...overrides } as NameServerConfig;
  return { ...config, kvConfigPath: config.kvConfigPath || `${machine.homeDirectory}/namesrv/kvConfig.json` };
}

/**
 * Reads a namesrv.conf: RocketMQ's keys in .properties grammar, `overrides` (by key) on top.
 *
 * Throws  ConfigError that lists every problem at once
 */
export function parseNameServerConfig(
  text: string,
  overrides: Readonly<Record<string, string>> = {},
  machine: Machine = thisMachine(),
): { readonly config: NameServerConfig; readonly warnings: readonly string[] } {
  const settings = readSettings(text, overrides, nameServerVocabulary);
  if (settings.problems.length > 0) throw new ConfigError(settings.problems);
  const values = Object.fromEntries(
    Object.entries(nameServerKeys)
      .filter(([, key]) => settings.values.has(key.name))
      .map(([field, key]) => [field, settings.values.get(key.name)]),
  );
  return {
    config: defaultNameServerConfig({ ...values, withoutEffect: settings.withoutEffect }, machine),
    warnings: settings.warnings,
  };
}

/** The settings as RocketMQ's tools read them: every key with its value. */
export function nameServerProperties(config: NameServerConfig): Map<string, string> {
  const properties = new Map<string, string>();
  const fields = config as unknown as Readonly<Record<string, unknown>>;
  for (const [field, key] of Object.entries(nameServerKeys)) {
    properties.set(key.name, (key as Key<unknown>).print(fields[field]));
  }
  for (const [name, { standard }] of nameServerVocabulary.noEffect) properties.set(name, standard);
  for (const [name, value] of config.withoutEffect) properties.set(name, value);
  return new Map([...properties].sort(([a], [b]) => (a < b ? -1 : 1)));
}
