import { expect, it } from '@jest/globals';
import { CollectingLogger } from '../../../../test/support/collecting-logger.js';
import { openMemoryStore } from '../../../../test/support/store/memory-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import { ManualTime } from '../runtime/manual-time.js';

/** Looking at the clock takes a second. */
class HurriedTime extends ManualTime {
  #looks = 0;

  override monotonicMs(): number {
    return super.monotonicMs() + 1000 * this.#looks++;
  }
}

it('a scan says how far it is', async () => {
  const config = { commitLogFileBytes: 1 << 25, maxMessageBytes: 1 << 22 };
  const { disk, store } = await openMemoryStore({ config });
  for (let index = 0; index < 6; index++)
    await store.putMessage(putMessageOf({ body: Buffer.alloc(4_000_000, index) }));
  disk.killProcess();
  const logger = new CollectingLogger();
  await openMemoryStore({ disk, config, logger, time: new HurriedTime() });
  const progress = logger.lines.filter(({ message }) => message === 'recovering').map(({ fields }) => fields);
  expect(progress).toMatchObject([
    { percent: 35, records: 3, atMost: 1 << 25 },
    { percent: 71, records: 6 },
  ]);
});
