import { describe, expect, it } from '@jest/globals';
import { decodeProperties, encodeProperties } from '../protocol/message-properties.js';
import { isPutResult, type PutMessage } from '../store/put-message.js';
import { delayHook } from './delay-hook.js';
import { parseDelayLevels } from './delay-levels.js';

const levels = parseDelayLevels('1s 5s 10s');
const hook = delayHook(levels);

function message(properties: Record<string, string>, overrides: Partial<PutMessage> = {}): PutMessage {
  return {
    topic: 'T',
    queueId: 3,
    flag: 0,
    sysFlag: 0,
    bornTimestamp: 1,
    bornHost: { address: '10.0.0.1', port: 1 },
    reconsumeTimes: 0,
    body: Buffer.from('x'),
    propertiesString: encodeProperties(new Map(Object.entries(properties))),
    tagsCode: 0,
    keys: undefined,
    uniqKey: undefined,
    waitStoreMsgOK: true,
    delayLevel: Number(properties['DELAY'] ?? 0),
    ...overrides,
  };
}

const turned = (given: PutMessage): PutMessage => {
  const result = hook(given);
  if (isPutResult(result)) throw new Error(`refused: ${result.status}`);
  return result;
};

describe('delayHook', () => {
  it('lets a message without a delay pass untouched', () => {
    const plain = message({ TAGS: 'a' });
    expect(hook(plain)).toBe(plain);
  });

  it('turns a delayed message aside into the queue of its level, with its way back', () => {
    const aside = turned(message({ TAGS: 'a', DELAY: '2' }));
    expect(aside).toMatchObject({ topic: 'SCHEDULE_TOPIC_XXXX', queueId: 1, delayLevel: 2 });
    expect(Object.fromEntries(decodeProperties(aside.propertiesString))).toEqual({
      TAGS: 'a',
      DELAY: '2',
      REAL_TOPIC: 'T',
      REAL_QID: '3',
    });
  });

  it('takes the highest level for one that is too high, and writes it down', () => {
    const aside = turned(message({ DELAY: '99' }));
    expect(aside).toMatchObject({ queueId: 2, delayLevel: 3 });
    expect(decodeProperties(aside.propertiesString).get('DELAY')).toBe('3');
  });

  it('replaces the way back of a message that was delayed before', () => {
    const aside = turned(message({ DELAY: '1', REAL_TOPIC: 'old', REAL_QID: '0' }, { topic: '%RETRY%g', queueId: 0 }));
    expect(decodeProperties(aside.propertiesString).get('REAL_TOPIC')).toBe('%RETRY%g');
  });

  it('prefers the level to a time, and drops the time', () => {
    const aside = turned(message({ DELAY: '1', TIMER_DELAY_SEC: '5' }));
    expect(decodeProperties(aside.propertiesString).has('TIMER_DELAY_SEC')).toBe(false);
  });

  it('refuses a message that names a time, rather than deliver it too early', () => {
    expect(hook(message({ TIMER_DELIVER_MS: '99' }))).toMatchObject({ status: 'WHEEL_TIMER_NOT_ENABLE' });
  });

  it('lets half messages pass, and delays committed ones', () => {
    const half = message({ DELAY: '1' }, { sysFlag: 4 });
    expect(hook(half)).toBe(half);
    expect(turned(message({ DELAY: '1' }, { sysFlag: 8 })).topic).toBe('SCHEDULE_TOPIC_XXXX');
  });
});

describe('parseDelayLevels', () => {
  it('knows RocketMQ’s eighteen', () => {
    const standard = parseDelayLevels('1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h');
    expect(standard.max).toBe(18);
    expect(standard.delayMs(18)).toBe(7_200_000);
    expect(standard.deliverTimestamp(5, 1000)).toBe(61_000);
    expect(standard.deliverTimestamp(19, 1000)).toBe(2000);
  });
});
