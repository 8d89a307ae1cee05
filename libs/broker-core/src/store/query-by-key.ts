import { MessageConst } from '../protocol/message-const.js';
import { type IndexFiles, type IndexMatches, tagKey } from './index-files.js';
import type { LogReader } from './log-reader.js';
import { recordStoreTimestamp } from './scanned-record.js';

/** RocketMQ asks the index up to three times, each time further back, when it names messages that are gone. */
const QUERY_ROUNDS = 3;

/** A question to the index; times are store times in ms. */
export interface KeyQuery {
  readonly topic: string;
  readonly key: string;
  readonly maxNum: number;
  readonly begin: number;
  readonly end: number;
  /** T asks for a tag; anything else for a UNIQ_KEY or one of the KEYS. */
  readonly indexType: string | undefined;
}

/** What a query by key found. */
export interface KeyMatches {
  readonly records: readonly Buffer[];
  readonly indexLastUpdateTimestamp: number;
  readonly indexLastUpdatePhyoffset: number;
}

/** Finds messages by a key. Other keys may share its hash, so whoever asks compares. RocketMQ: queryMessage */
export async function queryByKey(index: IndexFiles | undefined, log: LogReader, query: KeyQuery): Promise<KeyMatches> {
  const { topic, maxNum, begin, indexType } = query;
  const key = indexType === MessageConst.INDEX_TAG_TYPE ? tagKey(query.key) : query.key;
  let matches: IndexMatches = { commitLogOffsets: [], indexLastUpdateTimestamp: 0, indexLastUpdatePhyoffset: 0 };
  let until = query.end;
  const records: Buffer[] = [];
  for (let round = 0; round < QUERY_ROUNDS && records.length === 0 && until >= begin; round++) {
    matches = (await index?.query(topic, key, maxNum, begin, until)) ?? matches;
    if (matches.commitLogOffsets.length === 0) break;
    for (const offset of matches.commitLogOffsets) {
      const record = await log.record(offset);
      if (record) records.push(record);
    }
    const oldest = await log.head(matches.commitLogOffsets[0]!);
    until = (oldest ? recordStoreTimestamp(oldest) : begin) - 1;
  }
  const { indexLastUpdateTimestamp, indexLastUpdatePhyoffset } = matches;
  return { records, indexLastUpdateTimestamp, indexLastUpdatePhyoffset };
}
