import { describe, expect, it } from '@jest/globals';
import { ManualTime } from '../runtime/manual-time.js';
import { BrokerStats } from './broker-stats.js';
import { MidnightTotals } from './midnight-totals.js';

const started = () => {
  const time = new ManualTime();
  const stats = new BrokerStats('C', time);
  stats.start(time);
  return { time, stats };
};

describe('BrokerStats', () => {
  it('counts under the names and keys that tools ask for', () => {
    const { stats } = started();
    stats.topicPut('T', 3, 2, 100);
    stats.groupGet('G', 'T', 3, 1, 50);
    stats.sendBack('G', 'T');
    const value = (name: string, key: string) => stats.find(name, key)?.value;
    expect(value('TOPIC_PUT_NUMS', 'T')).toBe(2);
    expect(value('TOPIC_PUT_SIZE', 'T')).toBe(100);
    expect(value('QUEUE_PUT_NUMS', 'T@3')).toBe(2);
    expect(value('GROUP_GET_NUMS', 'T@G')).toBe(1);
    expect(value('QUEUE_GET_SIZE', 'T@3@G')).toBe(50);
    expect(value('SNDBCK_PUT_NUMS', 'T@G')).toBe(1);
    expect(value('BROKER_PUT_NUMS', 'C')).toBe(2);
    expect(value('BROKER_GET_NUMS', 'C')).toBe(1);
    expect(stats.find('TOPIC_PUT_NUMS', 'other')).toBeUndefined();
  });

  it('counts system topics in the broker’s rates and leaves them out of its totals', () => {
    const { stats } = started();
    stats.topicPut('SCHEDULE_TOPIC_XXXX', 0, 1, 1);
    stats.groupGet('G', 'RMQ_SYS_TRACE_TOPIC', 0, 1, 1);
    expect(stats.find('BROKER_PUT_NUMS', 'C')?.value).toBe(1);
    expect(stats.find('BROKER_GET_NUMS', 'C')?.value).toBe(1);
    expect(stats.totals).toEqual({ putNums: 0, getNums: 0 });
    stats.topicPut('T', 0, 2, 1);
    stats.groupGet('G', 'T', 0, 1, 1);
    expect(stats.totals).toEqual({ putNums: 2, getNums: 1 });
  });

  it('counts a message that leaves its delay level for its topic as got by nobody outside', () => {
    const { stats } = started();
    stats.groupGet('SCHEDULE_CONSUMER', 'SCHEDULE_TOPIC_XXXX', 2, 1, 100);
    expect(stats.find('QUEUE_GET_SIZE', 'SCHEDULE_TOPIC_XXXX@2@SCHEDULE_CONSUMER')?.value).toBe(100);
    expect(stats.find('BROKER_GET_NUMS', 'C')?.value).toBe(0);
  });

  it('knows the last minute: sum, rate and mean', async () => {
    const { time, stats } = started();
    for (let second = 0; second < 60; second++) {
      stats.topicPut('T', 0, 5, 500);
      await time.advance(1000);
    }
    const { sum, tps, avgpt } = stats.find('TOPIC_PUT_NUMS', 'T')?.snapshot('minute') ?? {};
    expect([sum, tps, avgpt]).toEqual([300, 5, 5]);
    await time.advance(120_000);
    expect(stats.tpsTopicPut('T')).toBe(0);
  });

  it('takes what came just before its first look for the work of a whole step', async () => {
    const { time, stats } = started();
    await time.advance(9_800);
    stats.topicPut('T', 0, 12, 500);
    await time.advance(200);
    expect(stats.find('TOPIC_PUT_NUMS', 'T')?.snapshot('minute')).toEqual({ sum: 12, tps: 1.2, avgpt: 12 });
    await time.advance(10_000);
    expect(stats.tpsTopicPut('T')).toBe(0.6);
  });

  it('knows the last hour and day', async () => {
    const { time, stats } = started();
    stats.groupGet('G', 'T', 0, 3600, 1);
    await time.advance(3_600_000);
    expect(stats.find('GROUP_GET_NUMS', 'T@G')?.snapshot('hour').sum).toBe(3600);
    expect(stats.find('GROUP_GET_NUMS', 'T@G')?.snapshot('day').tps).toBe(1);
  });

  it('forgets deleted topics and groups', () => {
    const { stats } = started();
    stats.topicPut('T', 0, 1, 1);
    stats.groupGet('G', 'U', 0, 1, 1);
    stats.removeTopic('T');
    stats.removeGroup('G');
    expect(stats.find('QUEUE_PUT_NUMS', 'T@0')).toBeUndefined();
    expect(stats.find('GROUP_GET_NUMS', 'U@G')).toBeUndefined();
    stats.topicPut('T', 0, 1, 1);
    expect(stats.find('TOPIC_PUT_NUMS', 'T')?.value).toBe(1);
  });

  it('forgets nothing of a topic or a queue that is called like a deleted group, and the other way round', () => {
    const { stats } = started();
    stats.topicPut('same', 7, 1, 1);
    stats.groupGet('same', 'T', 7, 1, 1);
    stats.removeGroup('same');
    stats.removeGroup('7');
    expect(stats.find('GROUP_GET_NUMS', 'T@same')).toBeUndefined();
    expect(stats.find('TOPIC_PUT_NUMS', 'same')?.value).toBe(1);
    expect(stats.find('QUEUE_PUT_SIZE', 'same@7')?.value).toBe(1);
    stats.groupGet('same', 'T', 7, 1, 1);
    stats.removeTopic('same');
    expect(stats.find('QUEUE_PUT_SIZE', 'same@7')).toBeUndefined();
    expect(stats.find('QUEUE_GET_NUMS', 'T@7@same')?.value).toBe(1);
  });
});

describe('MidnightTotals', () => {
  it('stand as they were at the last two midnights', async () => {
    const time = new ManualTime();
    // Days go by at a stroke: it looks every second, and 86,400 looks prove no more than one.
    let days = 0;
    const clock = { now: () => time.now() + days * 86_400_000, monotonicMs: () => time.monotonicMs() };
    const nextDay = async () => {
      days++;
      await time.advance(1000);
    };
    const stats = new BrokerStats('C', clock);
    const midnightTotals = new MidnightTotals(stats.totals, clock);
    midnightTotals.start(time);
    stats.topicPut('T', 0, 200, 1);
    await nextDay();
    stats.topicPut('T', 0, 50, 1);
    expect(midnightTotals.mornings.putTodayMorning).toBe(200);
    await nextDay();
    expect(midnightTotals.mornings).toMatchObject({ putYesterdayMorning: 200, putTodayMorning: 250 });
  });
});
