import { ResponseCode } from '../protocol/response-code.js';
import { RequestError } from '../runtime/errors.js';
import { type BrokerConfig, keysByName, type SliceName } from './broker-config.js';
import type { Key } from './key.js';
import { nearestName } from './nearest.js';
import { noEffectKeys } from './no-effect-keys.js';
import { parseChanges } from './parse-changes.js';
import { printProperties } from './properties.js';
import { refusals } from './refusals.js';

/** Keys that RocketMQ shows although they are empty: their defaults are empty texts, those of all others are null. */
const shownEmpty: ReadonlySet<string> = new Set([
  ...['controllerAddr', 'messageStorePlugIn', 'metricsGrpcExporterHeader', 'metricsGrpcExporterTarget'],
  ...['metricsLabel', 'metricsPromExporterHost'],
]);

/** Hears which keys were changed, with their new texts. */
export type SettingsListener = (changes: ReadonlyMap<string, string>) => void;

/**
 * The configuration of a running broker as tools see it: all of it to read, the `live` keys to change.
 * RocketMQ: Configuration; there every key may be set at run time, and most of them then do nothing.
 */
export class LiveSettings {
  readonly #config: BrokerConfig;
  readonly #withoutEffect: Map<string, string>;
  readonly #listeners: SettingsListener[] = [];
  #version = 0;

  constructor(config: BrokerConfig) {
    this.#config = config;
    this.#withoutEffect = new Map(config.withoutEffect);
  }

  /** How often something was changed. */
  get version(): number {
    return this.#version;
  }

  onChange(listener: SettingsListener): void {
    this.#listeners.push(listener);
  }

  /** Every key with its value, sorted: what `mqbroker -p` prints, and what GET_BROKER_CONFIG picks from. */
  properties(importantOnly = false): Map<string, string> {
    const found = new Map<string, string>();
    for (const [name, { slice, field, key }] of keysByName) {
      if (importantOnly && !key.important) continue;
      found.set(name, key.print(this.#slice(slice)[field]));
    }
    if (!importantOnly) {
      for (const [name, { standard }] of noEffectKeys) found.set(name, standard);
      // RocketMQ: BrokerStartup; slaves are told the port after that of clients.
      found.set('haListenPort', String(this.#config.network.port + 1));
      for (const [name, value] of this.#withoutEffect) found.set(name, value);
    }
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** What tools are told: as RocketMQ leaves out what was never set, so do we. */
  toProperties(): string {
    const all = this.properties();
    return printProperties(new Map([...all].filter(([name, value]) => value !== '' || shownEmpty.has(name))));
  }

  /**
   * Changes what a .properties text says: all of it or nothing.
   *
   * Throws  RequestError NO_PERMISSION for keys that count at the next start or are protected, INVALID_PARAMETER for
   *         unknown keys, wrong values and control characters
   */
  update(text: string): void {
    const changes = parseChanges(text).map(({ name, value }) => this.#check(name, value));
    if (changes.length === 0)
      throw new RequestError(ResponseCode.INVALID_PARAMETER, 'nothing to change: send key=value lines');
    for (const change of changes) change.apply();
    this.#version++;
    const texts = new Map(changes.map(({ name, value }) => [name, value]));
    for (const listener of this.#listeners) listener(texts);
  }

  #check(name: string, value: string): { name: string; value: string; apply(): void } {
    if (['rocketmqHome', ...this.#config.admin.configBlackList.split(';')].includes(name)) {
      throw new RequestError(ResponseCode.NO_PERMISSION, `Can not update config in black list: ${name}`);
    }
    const refusal = refusals.get(name)?.(value);
    if (refusal !== undefined) throw new RequestError(ResponseCode.NO_PERMISSION, `${name}=${value}: ${refusal}`);
    const placed = keysByName.get(name);
    if (!placed) return this.#checkOther(name, value);
    const { slice, field, key } = placed;
    const parsed = parse(key, value);
    return { name, value, apply: () => void (this.#slice(slice)[field] = parsed) };
  }

  #checkOther(name: string, value: string): { name: string; value: string; apply(): void } {
    if (noEffectKeys.has(name)) return { name, value, apply: () => void this.#withoutEffect.set(name, value) };
    const nearest = nearestName(name, [...keysByName.keys(), ...noEffectKeys.keys()]);
    throw new RequestError(
      ResponseCode.INVALID_PARAMETER,
      `no such key: ${name}${nearest ? `; did you mean ${nearest}?` : ''}`,
    );
  }

  /** The one place that writes into a slice: readers hold the same object and see the new value. */
  #slice(name: SliceName): Record<string, unknown> {
    return this.#config[name] as unknown as Record<string, unknown>;
  }
}

function parse(key: Key<unknown>, value: string): unknown {
  if (key.effect !== 'live') {
    throw new RequestError(
      ResponseCode.NO_PERMISSION,
      `${key.name} counts from the next start on: write it into broker.conf and restart the broker`,
    );
  }
  const parsed = key.parse(value);
  if (parsed !== undefined) return parsed;
  throw new RequestError(ResponseCode.INVALID_PARAMETER, `${key.name}=${value} is wrong: it takes ${key.allowed}`);
}
