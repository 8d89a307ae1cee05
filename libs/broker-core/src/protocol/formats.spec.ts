import { describe, expect, it } from '@jest/globals';
import { fencedBlocks, formatExample } from '../../../../test/support/format-example.js';
import { golden, goldenBytes, goldenText } from '../../../../test/support/golden.js';
import { decodeMessageBatch } from './batch-codec.js';
import {
  decodeConsumerOffsetSerializeWrapper,
  decodeDelayOffsetSerializeWrapper,
  encodeConsumerOffsetSerializeWrapper,
  encodeDelayOffsetSerializeWrapper,
} from './bodies/consumer-offset-serialize-wrapper.js';
import { decodeFrame, encodeCommand } from './command-codec.js';
import { parseJson, stringifyJson } from './json.js';
import { decodeProperties } from './message-properties.js';
import { decodeMessage } from './message-record.js';

describe('the examples in docs/formats', () => {
  it('remoting-frame: are frames of Apache, in both serialisations', () => {
    const [binary, json] = [formatExample('remoting-frame', 0), formatExample('remoting-frame', 1)];
    expect(binary).toEqual(goldenBytes('frames', 'max offset, one-way ROCKETMQ'));
    expect(json).toEqual(goldenBytes('frames', 'max offset, one-way JSON'));
    expect(encodeCommand(decodeFrame(binary, 0, binary.length))).toEqual(binary);
    expect(json.subarray(8).toString()).toBe(fencedBlocks('remoting-frame', 'json')[0]?.trim());
  });

  it('message-record: is a record of Apache, and a batch', () => {
    const record = formatExample('message-record', 0);
    expect(record).toEqual(goldenBytes('records', 'stored'));
    expect(decodeMessage(record)).toMatchObject({ topic: 'TopicTest', queueId: 3, queueOffset: 42 });
    const batch = formatExample('message-record', 1);
    expect(batch).toEqual(goldenBytes('records', 'batch'));
    expect(decodeMessageBatch(batch)).toHaveLength(2);
  });

  it('properties: is a string of Apache', () => {
    const text = formatExample('properties').toString();
    expect(text).toBe(goldenText('records', 'properties'));
    expect([...decodeProperties(text).keys()]).toEqual(['colour', 'KEYS', 'UNIQ_KEY', 'WAIT', 'TAGS']);
  });

  it('offset-files: are what is read and written, byte for byte', () => {
    const [consumers = '', delays = ''] = fencedBlocks('offset-files', 'json').map((block) => block.trim());
    const offsets = decodeConsumerOffsetSerializeWrapper(Buffer.from(consumers));
    expect(offsets.offsetTable.get('TopicA@Readers')).toEqual(
      new Map([
        [0, 12],
        [1, 9],
      ]),
    );
    expect(encodeConsumerOffsetSerializeWrapper(offsets).toString()).toBe(consumers);
    const levels = decodeDelayOffsetSerializeWrapper(Buffer.from(delays));
    expect(levels.offsetTable.get(3)).toBe(7);
    expect(encodeDelayOffsetSerializeWrapper(levels, { pretty: true }).toString()).toBe(delays);
  });

  it('json-dialect: is what Apache writes, and what we read', () => {
    const written = [...golden('bodies').values()];
    const blocks = fencedBlocks('json-dialect', 'dialect').map((block) => block.trim());
    expect(blocks).toHaveLength(2);
    for (const block of blocks) {
      expect(written).toContain(block);
      expect(parseJson(block)).toBeInstanceOf(Object);
    }
    expect(stringifyJson({ b: new Map([[0, 12]]), a: undefined })).toBe('{"b":{0:12}}');
  });
});
