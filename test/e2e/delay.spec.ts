import { describe, expect, it } from '@jest/globals';
import { decodeMessages, type MessageExt, RequestCode, ResponseCode } from 'rocketmq-broker-core';
import { eventually, property, speakTo } from '../support/speak-to.js';
import { useBroker } from '../support/use-broker.js';

const broker = useBroker({ overrides: { schedule: { messageDelayLevel: '1s 2s' } } });
const speaker = speakTo(broker);

async function send(topic: string, text: string, properties: Record<string, string>): Promise<number> {
  const list = Object.entries(properties).map(([name, value]) => property(name, value));
  return (await speaker.send(topic, text, 0, list.join(''))).code;
}

/** What a topic holds once `count` messages are there. */
async function arrived(topic: string, count: number): Promise<MessageExt[]> {
  const queue = { topic, queueId: '0' };
  const maxOffset = async () => Number((await broker.call(RequestCode.GET_MAX_OFFSET, queue)).extFields?.['offset']);
  await eventually(async () => ((await maxOffset()) >= count ? true : undefined));
  const messages: MessageExt[] = [];
  // A pull may end where the log's memory begins, so one is not always enough.
  while (messages.length < count) {
    const pulled = await speaker.pull(topic, messages.length);
    expect(pulled.code).toBe(ResponseCode.SUCCESS);
    messages.push(...decodeMessages(pulled.body ?? Buffer.alloc(0)));
  }
  return messages;
}

describe('a delayed message', () => {
  it('arrives when its level is over, and not before', async () => {
    const sentAt = Date.now();
    expect(await send('delayed', 'a', { DELAY: '1', UNIQ_KEY: 'K1', TAGS: 'x' })).toBe(ResponseCode.SUCCESS);
    const [message] = await arrived('delayed', 1);
    expect((message?.storeTimestamp ?? 0) - sentAt).toBeGreaterThanOrEqual(1000);
    expect(Object.fromEntries(message?.properties ?? [])).toMatchObject({
      ...{ UNIQ_KEY: 'K1', TAGS: 'x', DELAY: '1', REAL_TOPIC: 'delayed', REAL_QID: '0' },
    });
  });

  it('survives a restart, arrives once, and in order', async () => {
    for (const text of ['one', 'two', 'three']) await send('restarted', text, { DELAY: '2' });
    await broker.restart();
    const messages = await arrived('restarted', 3);
    expect(messages.map(({ body }) => body.toString())).toEqual(['one', 'two', 'three']);
    await broker.restart();
    // A level delivers in order: whatever would come again comes before this one.
    await send('restarted', 'four', { DELAY: '2' });
    expect(await arrived('restarted', 4)).toHaveLength(4);
  });

  it('is refused when it names a time of its own, instead of arriving early', async () => {
    expect(await send('timed', 'x', { TIMER_DELAY_SEC: '60' })).toBe(ResponseCode.SYSTEM_ERROR);
  });
});
