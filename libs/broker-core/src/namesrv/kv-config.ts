import { parseJson, stringifyJson } from '../protocol/json.js';
import { mapOf, objectOf, text as jsonText } from '../protocol/json-shape.js';
import { ResponseCode } from '../protocol/response-code.js';
import { RequestError } from '../runtime/errors.js';
import type { SafeFile } from '../runtime/safe-file.js';
import type { NameServerLimits } from './name-server-settings.js';

/** The namespace with the queues of ordered topics. RocketMQ: NamesrvUtil */
export const NAMESPACE_ORDER_TOPIC_CONFIG = 'ORDER_TOPIC_CONFIG';

/**
 * Settings that operators and brokers leave at the name server, by namespace and key. RocketMQ: KVConfigManager
 *
 * A change is answered after it is in the file; without a file they last as long as the process.
 */
export class KvConfig {
  #table = new Map<string, Map<string, string>>();
  #size = 0;

  constructor(
    private readonly limits: NameServerLimits,
    private readonly file: SafeFile | undefined,
  ) {}

  /** Takes what the file says; how many entries that were. A damaged file is replaced by its `.bak`; when both are, this throws. */
  load(): number {
    const text = this.file?.load();
    this.#table = (text === undefined ? undefined : readTable(text)) ?? new Map();
    this.#size = 0;
    for (const entries of this.#table.values()) this.#size += entries.size;
    return this.#size;
  }

  get(namespace: string, key: string): string | undefined {
    return this.#table.get(namespace)?.get(key);
  }

  /** All of a namespace; undefined when nobody ever put anything there. */
  list(namespace: string): ReadonlyMap<string, string> | undefined {
    return this.#table.get(namespace);
  }

  async put(namespace: string, key: string, value: string): Promise<void> {
    const { maxKvEntries, maxKvValueChars, maxNameChars } = this.limits;
    if (namespace.length > maxNameChars || key.length > maxNameChars || value.length > maxKvValueChars) {
      throw refused(
        `a namespace or key has more than ${maxNameChars} characters, or the value more than ${maxKvValueChars}`,
      );
    }
    const entries = this.#table.get(namespace) ?? new Map<string, string>();
    const isNew = !entries.has(key);
    if (isNew && this.#size >= maxKvEntries) throw refused(`there are ${maxKvEntries} entries already; delete some`);
    if (isNew) this.#size++;
    // Namespaces stay when their last entry goes, as RocketMQ's do; but not without end.
    if (this.#table.size >= maxKvEntries) this.#dropEmptyNamespaces();
    this.#table.set(namespace, entries.set(key, value));
    await this.#save();
  }

  async delete(namespace: string, key: string): Promise<void> {
    if (!this.#table.get(namespace)?.delete(key)) return;
    this.#size--;
    await this.#save();
  }

  #dropEmptyNamespaces(): void {
    for (const [namespace, entries] of this.#table) if (entries.size === 0) this.#table.delete(namespace);
  }

  async #save(): Promise<void> {
    try {
      await this.file?.save(() => stringifyJson({ configTable: this.#table }, { pretty: true }));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new RequestError(
        ResponseCode.SYSTEM_ERROR,
        `the change counts until the next start, it could not be saved: ${why}`,
        { cause },
      );
    }
  }
}

function refused(remark: string): RequestError {
  return new RequestError(ResponseCode.INVALID_PARAMETER, remark);
}

const fileShape = objectOf({ configTable: mapOf(mapOf(jsonText)) });

/** Why a text cannot be the file's; undefined when it can. */
export function problemOfKvConfig(text: string): string | undefined {
  return readTable(text) ? undefined : 'is not JSON with a configTable';
}

function readTable(text: string): Map<string, Map<string, string>> | undefined {
  try {
    return fileShape.of(parseJson(text)).configTable;
  } catch {
    return undefined;
  }
}
