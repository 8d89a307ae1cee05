import { deflateSync, inflateSync } from 'node:zlib';
import { RequestError } from '../../runtime/errors.js';
import { parseJson, stringifyJson } from '../json.js';
import { bodyOf, listOf, mapOf, objectOf, type ShapeValue, text } from '../json-shape.js';
import { bodyCrcOf } from '../message-record.js';
import { MQVersion } from '../remoting-command.js';
import { ResponseCode } from '../response-code.js';
import { newTopicConfig, type TopicConfig } from '../topic-config.js';
import { type DataVersion, dataVersionShape } from './data-version.js';
import {
  topicConfigAndMappingSerializeWrapperShape,
  type TopicQueueMappingInfo,
  topicQueueMappingInfoShape,
} from './topic-config-serialize-wrapper.js';

const registerBrokerBodyShape = objectOf({
  topicConfigSerializeWrapper: topicConfigAndMappingSerializeWrapperShape,
  filterServerList: listOf(text),
});

/**
 * What a broker registers: its topics. The body of REGISTER_BROKER.
 *
 * Source  RocketMQ RegisterBrokerBody
 */
export type RegisterBrokerBody = ShapeValue<typeof registerBrokerBodyShape>;

/** What the compressed form may unpack to: some 300,000 topics. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const OPENING_BRACE = 0x7b;

const json = bodyOf('RegisterBrokerBody', registerBrokerBodyShape);

/** The plain form: JSON. */
export function encodeRegisterBrokerBody(value: RegisterBrokerBody): Buffer {
  return json.encode(value);
}

/** The checksum for the header's bodyCrc32. RocketMQ: UtilAll#crc32. */
export const registerBodyCrcOf = bodyCrcOf;

/**
 * Reads either form of the body. Which one it is, is seen from its first byte: Apache's brokers compress when told to,
 * but then say in the header that they did not.
 */
export function decodeRegisterBrokerBody(body: Buffer | undefined, peerVersion: number): RegisterBrokerBody {
  if (body === undefined || body.length === 0 || body[0] === OPENING_BRACE) return json.decode(body);
  let unpacked: Buffer;
  try {
    unpacked = inflateSync(body, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (cause) {
    throw new RequestError(ResponseCode.SYSTEM_ERROR, 'the register body is neither JSON nor compressed', { cause });
  }
  return decodeUnpacked(new Sections(unpacked), peerVersion);
}

/**
 * Reads what the compressed form holds; it knows neither topicSysFlag nor order.
 *
 * Shape   i32 length, DataVersion JSON · i32 count, then i32 length, "name rq wq perm filterType attributes" each ·
 *         i32 length, filter servers JSON · from 5.0 on: i32 count, then i32 length, TopicQueueMappingInfo JSON each
 */
function decodeUnpacked(sections: Sections, peerVersion: number): RegisterBrokerBody {
  const dataVersion = dataVersionShape.of(parseJson(sections.text()));
  const topicConfigTable = new Map<string, TopicConfig>();
  for (let left = sections.count(); left > 0; left--) {
    const config = parseTopicLine(sections.text());
    if (config !== undefined) topicConfigTable.set(config.topicName, config);
  }
  const filterServerList = listOf(text).of(parseJson(sections.text()));
  const topicQueueMappingInfoMap = new Map<string, TopicQueueMappingInfo>();
  if (peerVersion >= MQVersion.V5_0_0) {
    for (let left = sections.count(); left > 0; left--) {
      const info = topicQueueMappingInfoShape.of(parseJson(sections.text()));
      topicQueueMappingInfoMap.set(info.topic, info);
    }
  }
  const topicConfigSerializeWrapper = {
    topicConfigTable,
    dataVersion,
    topicQueueMappingInfoMap,
    topicQueueMappingDetailMap: new Map(),
  };
  return { topicConfigSerializeWrapper, filterServerList };
}

function parseTopicLine(line: string): TopicConfig | undefined {
  const [topicName, readQueueNums, writeQueueNums, perm, filterType, attributes] = line.split(' ');
  if (filterType === undefined) return undefined;
  const numbers = [readQueueNums, writeQueueNums, perm].map(Number);
  if (numbers.some((value) => !Number.isInteger(value))) return undefined;
  return newTopicConfig(topicName!, {
    readQueueNums: numbers[0]!,
    writeQueueNums: numbers[1]!,
    perm: numbers[2]!,
    topicFilterType: filterType === 'MULTI_TAG' ? 'MULTI_TAG' : 'SINGLE_TAG',
    attributes: attributes === undefined ? new Map() : mapOf(text).of(parseAttributes(attributes)),
  });
}

/** Attributes with a space in them arrive cut, as the line is split at spaces; Apache passes over them too. */
function parseAttributes(attributes: string) {
  try {
    return parseJson(attributes);
  } catch {
    return null;
  }
}

/** The compressed form, for name servers that are far away. */
export function encodeCompressedRegisterBrokerBody(value: RegisterBrokerBody): Buffer {
  const { dataVersion, topicConfigTable, topicQueueMappingInfoMap } = value.topicConfigSerializeWrapper;
  const parts: Buffer[] = [];
  const section = (content: string) => parts.push(int32(Buffer.byteLength(content)), Buffer.from(content));
  section(stringifyJson(dataVersion satisfies DataVersion));
  parts.push(int32(topicConfigTable.size));
  for (const topic of topicConfigTable.values()) {
    const { topicName, readQueueNums, writeQueueNums, perm, topicFilterType, attributes } = topic;
    section(`${topicName} ${readQueueNums} ${writeQueueNums} ${perm} ${topicFilterType} ${stringifyJson(attributes)}`);
  }
  section(stringifyJson(value.filterServerList));
  parts.push(int32(topicQueueMappingInfoMap.size));
  for (const info of topicQueueMappingInfoMap.values()) section(stringifyJson(info));
  return deflateSync(Buffer.concat(parts), { level: 9 });
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** Reads counted sections one after the other, never beyond the end. */
class Sections {
  private at = 0;

  constructor(private readonly source: Buffer) {}

  count(): number {
    return this.length('entries');
  }

  text(): string {
    const length = this.length('bytes');
    const end = this.at + length;
    if (end > this.source.length) throw cutOff(length, 'bytes');
    const content = this.source.toString('utf8', this.at, end);
    this.at = end;
    return content;
  }

  private length(what: string): number {
    const value = this.at + 4 <= this.source.length ? this.source.readInt32BE(this.at) : -1;
    if (value < 0 || value > this.source.length) throw cutOff(value, what);
    this.at += 4;
    return value;
  }
}

function cutOff(length: number, what: string): RequestError {
  return new RequestError(ResponseCode.SYSTEM_ERROR, `the register body announces ${length} ${what} and is shorter`);
}
