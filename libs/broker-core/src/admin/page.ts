import { type DataVersion, decodeDataVersion, isSameDataVersion } from '../protocol/bodies/data-version.js';

/** What a peer wants of a long table: nothing set wants all of it. */
export interface WantedPage {
  readonly from: number | undefined;
  /** The version the peer began to read, as JSON. */
  readonly dataVersion: string | undefined;
  readonly most: number | undefined;
}

/**
 * The entries of one page. A table that changed since the peer's first page is answered from its beginning.
 *
 * Source  RocketMQ TopicConfigManager#subTopicConfigTable
 */
export function pageOf<T>(all: readonly T[], wanted: WantedPage, version: DataVersion, largest: number): readonly T[] {
  const { from, dataVersion, most } = wanted;
  if (from === undefined && dataVersion === undefined && most === undefined) return all;
  const isSame = !dataVersion || isSameDataVersion(decodeDataVersion(Buffer.from(dataVersion)), version);
  const first = isSame ? Math.max(0, from ?? 0) : 0;
  return all.slice(first, first + Math.min(largest, Math.max(1, most ?? largest)));
}
