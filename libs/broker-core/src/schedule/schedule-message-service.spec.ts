import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../runtime/clock.js';
import { type LogFields, type Logger, silentLogger } from '../runtime/logger.js';
import { ManualTime } from '../runtime/manual-time.js';
import { isPutResult, type PutMessage, type PutStatus } from '../store/put-message.js';
import type { TextFile } from '../topics/saved-table.js';
import { parseDelayLevels } from './delay-levels.js';
import { FakeScheduleStore } from './testing/fake-schedule-store.js';
import { ScheduleMessageService } from './schedule-message-service.js';

const settings = { messageDelayLevel: '1s 5s 10s 1h', flushOffsetsEveryMs: 10_000, offsetVersionStep: 200 };

class MemoryFile implements TextFile {
  readonly path = 'delayOffset.json';
  text: string | undefined;
  load = () => this.text;
  save = async (text: () => string) => {
    this.text = text();
  };
}

let time: ManualTime;
let skewMs: number;
let store: FakeScheduleStore;
let file: MemoryFile;
let service: ScheduleMessageService;
let errors: { message: string; fields: LogFields | undefined }[];
const logger: Logger = { ...silentLogger, error: (message, fields) => void errors.push({ message, fields }) };

const clock: Clock = { now: () => time.now() + skewMs, monotonicMs: () => time.monotonicMs() };

const make = () => new ScheduleMessageService({ store, file, settings, clock, scheduler: time, logger });

async function send(text: string, delayLevel: number): Promise<void> {
  const message: PutMessage = {
    topic: 'T',
    queueId: 2,
    flag: 7,
    sysFlag: 0,
    bornTimestamp: time.now(),
    bornHost: { address: '10.0.0.1', port: 99 },
    reconsumeTimes: 1,
    body: Buffer.from(text),
    propertiesString: `UNIQ_KEY\u0001${text}\u0002DELAY\u0001${delayLevel}\u0002`,
    tagsCode: 0,
    keys: undefined,
    uniqKey: text,
    waitStoreMsgOK: true,
    delayLevel,
  };
  const hooked = service.hook(message);
  if (!isPutResult(hooked)) await store.putMessage(hooked);
}

const arrived = () => store.arrivals.map(({ text }) => text);

beforeEach(() => {
  time = new ManualTime();
  errors = [];
  skewMs = 0;
  store = new FakeScheduleStore(() => clock.now(), parseDelayLevels(settings.messageDelayLevel));
  file = new MemoryFile();
  service = make();
  service.start();
});

afterEach(() => service.shutdown());

describe('ScheduleMessageService', () => {
  it('delivers at the millisecond a message is due, not one before', async () => {
    await send('a', 2);
    await time.advance(4999);
    expect(arrived()).toEqual([]);
    await time.advance(1);
    expect(store.arrivals).toEqual([{ topic: 'T', queueId: 2, text: 'a', at: time.now() }]);
  });

  it('delivers a shorter delay first, whatever the order of sending', async () => {
    await send('ten', 3);
    await send('one', 1);
    await time.advance(10_000);
    expect(arrived()).toEqual(['one', 'ten']);
  });

  it('keeps the order within a level', async () => {
    for (let index = 0; index < 200; index++) await send(String(index), 1);
    await time.advance(1000);
    expect(arrived()).toEqual(Array.from({ length: 200 }, (_, index) => String(index)));
  });

  it('notices within a second that the clock was set forward', async () => {
    await send('hour', 4);
    skewMs = 3_600_000;
    await time.advance(1000);
    expect(arrived()).toEqual(['hour']);
  });

  it('sleeps while nothing waits', async () => {
    await time.advance(60_000);
    expect(time.pending).toBe(1); // saving
  });

  it('goes on after a restart where it stopped', async () => {
    await send('before', 1);
    await time.advance(1000);
    await send('during', 1);
    await service.shutdown();
    expect(JSON.parse(file.text?.replace(/(\d+):/g, '"$1":') ?? '')).toMatchObject({ offsetTable: { 1: 1 } });
    await time.advance(60_000);
    expect(arrived()).toEqual(['before']);
    service = make();
    service.start();
    await time.advance(0);
    expect(arrived()).toEqual(['before', 'during']);
  });

  it('tries again until the store takes the message, in order', async () => {
    await send('a', 1);
    await send('b', 1);
    store.answer = 'SERVICE_NOT_AVAILABLE';
    await time.advance(20_000);
    expect(arrived()).toEqual([]);
    store.answer = 'PUT_OK';
    await time.advance(5000);
    expect(arrived()).toEqual(['a', 'b']);
  });

  it.each<PutStatus | Error>(['OS_PAGE_CACHE_BUSY', new Error('no such luck')])(
    'gives nothing twice because its neighbour failed (%s)',
    async (failure) => {
      for (const text of ['a', 'b', 'c', 'd']) await send(text, 1);
      store.answers.set('b', failure);
      await time.advance(20_000);
      expect(arrived()).toEqual(['a', 'c', 'd']);
      expect(service.runtimeInfo().get('scheduleMessageOffset_1')).toBe('1,4');
      store.answers.clear();
      await time.advance(5000);
      expect(arrived()).toEqual(['a', 'c', 'd', 'b']);
      expect(service.runtimeInfo().get('scheduleMessageOffset_1')).toBe('4,4');
    },
  );

  it.each(['MESSAGE_ILLEGAL', 'PROPERTIES_SIZE_EXCEEDED'] as const)(
    'discards what the store will never take (%s), with an error in the log, and goes on',
    async (status) => {
      for (const text of ['a', 'b', 'c']) await send(text, 1);
      store.answers.set('b', status);
      await time.advance(1000);
      expect(arrived()).toEqual(['a', 'c']);
      expect(errors).toMatchObject([
        { message: 'a delayed message was discarded', fields: { queueOffset: 1, status } },
      ]);
      await time.advance(60_000);
      expect(arrived()).toEqual(['a', 'c']);
      expect(service.runtimeInfo().get('scheduleMessageOffset_1')).toBe('3,3');
    },
  );

  it('discards a record that is none any more, with an error in the log, and goes on', async () => {
    for (const text of ['a', 'b', 'c']) await send(text, 1);
    store.spoil('SCHEDULE_TOPIC_XXXX', 0, 1);
    await time.advance(1000);
    expect(arrived()).toEqual(['a', 'c']);
    expect(errors).toMatchObject([{ message: 'a delayed message was discarded', fields: { queueOffset: 1 } }]);
  });

  it('takes a message for stored whose sync is late', async () => {
    for (const text of ['a', 'b']) await send(text, 1);
    store.answer = 'FLUSH_DISK_TIMEOUT';
    await time.advance(60_000);
    expect(arrived()).toEqual(['a', 'b']);
  });

  it('delivers at once what lies further ahead than its level waits: the clock was set back', async () => {
    await send('a', 1);
    skewMs = -3_600_000;
    await time.advance(1000);
    expect(arrived()).toEqual(['a']);
  });

  it('begins where the queue begins when retention overtook it', async () => {
    for (const text of ['a', 'b', 'c']) await send(text, 2);
    store.forget('SCHEDULE_TOPIC_XXXX', 1, 2);
    await time.advance(5000);
    expect(arrived()).toEqual(['c']);
  });

  it('saves progress only as far as the delivered messages are synced', async () => {
    store.flushedWhere = 0;
    await send('a', 1);
    await time.advance(30_000);
    expect(arrived()).toEqual(['a']);
    expect(file.text).toBeUndefined();
    store.flushedWhere = Number.MAX_SAFE_INTEGER;
    await time.advance(10_000);
    expect(file.text).toContain('1:1');
  });

  it('delivers nothing again after a clean stop, synced or not when it began', async () => {
    store.flushedWhere = 0;
    await send('a', 1);
    await time.advance(1000);
    await service.shutdown();
    service = make();
    service.start();
    await time.advance(60_000);
    expect(arrived()).toEqual(['a']);
  });

  it('tells tools how far each level is', async () => {
    await send('a', 1);
    await send('b', 1);
    await time.advance(500);
    await send('c', 1);
    await time.advance(500);
    expect(service.runtimeInfo().get('scheduleMessageOffset_1')).toBe('2,3');
  });
});
