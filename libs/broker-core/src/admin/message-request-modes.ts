import {
  decodeMessageRequestModeSerializeWrapper,
  encodeMessageRequestModeSerializeWrapper,
  type SetMessageRequestModeRequestBody,
} from '../protocol/bodies/topic-list-requests.js';
import type { Logger } from '../runtime/logger.js';
import { SavedTable, type TextFile } from '../topics/saved-table.js';

/** Entries beyond this number are refused. */
const MAX_MODES = 100_000;

/** How each group consumes each topic, where somebody said so. RocketMQ: MessageRequestModeManager; messageRequestMode.json */
export class MessageRequestModes {
  readonly #modes = new Map<string, Map<string, SetMessageRequestModeRequestBody>>();
  readonly #saved: SavedTable;
  #size = 0;

  constructor(file: TextFile, logger: Logger) {
    this.#saved = new SavedTable(file, () => this.print(), logger);
  }

  load(): void {
    const text = this.#saved.load();
    if (text === undefined) return;
    const { messageRequestModeMap } = decodeMessageRequestModeSerializeWrapper(Buffer.from(text));
    for (const groups of messageRequestModeMap.values()) for (const mode of groups.values()) this.#put(mode);
  }

  get(topic: string, group: string): SetMessageRequestModeRequestBody | undefined {
    return this.#modes.get(topic)?.get(group);
  }

  /** Resolves when it is saved; false when there are too many. */
  async set(mode: SetMessageRequestModeRequestBody): Promise<boolean> {
    if (this.#size >= MAX_MODES && !this.get(mode.topic, mode.consumerGroup)) return false;
    this.#put(mode);
    this.#saved.markStale();
    await this.#saved.awaitSaved();
    return true;
  }

  /** The table as messageRequestMode.json and GET_ALL_MESSAGE_REQUEST_MODE have it. */
  print(): string {
    return encodeMessageRequestModeSerializeWrapper(
      { messageRequestModeMap: this.#modes },
      { pretty: true },
    ).toString();
  }

  #put(mode: SetMessageRequestModeRequestBody): void {
    const groups = this.#modes.get(mode.topic) ?? new Map<string, SetMessageRequestModeRequestBody>();
    if (!groups.has(mode.consumerGroup)) this.#size++;
    groups.set(mode.consumerGroup, mode);
    this.#modes.set(mode.topic, groups);
  }
}
