import { afterAll, describe, expect, it } from '@jest/globals';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openDiskStore } from '../../../../test/support/store/disk-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import { makeTemporaryDirectory } from '../runtime/temporary-directory.js';
import type { StoreConfig } from './store-config.js';

const directory = makeTemporaryDirectory('rocketmq-sizes-');
afterAll(() => directory.remove());

async function stored(name: string, sizes: Partial<StoreConfig> = {}): Promise<Record<string, [number, number]>> {
  const root = join(directory.path, name);
  const store = await openDiskStore(root, sizes);
  expect((await store.putMessage(putMessageOf({ keys: 'k', tags: 't' }))).status).toBe('PUT_OK');
  await store.shutdown();
  const sizeOf = (path: string): [number, number] => {
    const [first = ''] = readdirSync(join(root, path)).sort();
    const { size, blocks } = statSync(join(root, path, first));
    return [size, blocks * 512];
  };
  return { log: sizeOf('commitlog'), queue: sizeOf('consumequeue/TopicA/0'), index: sizeOf('index') };
}

describe('files of a store', () => {
  it("have RocketMQ's sizes when nobody says others, and take next to no room", async () => {
    const sizes = await stored('default');
    expect(sizes).toMatchObject({
      log: [1 << 30, expect.any(Number)],
      queue: [300_000 * 20, expect.any(Number)],
      index: [40 + 5_000_000 * 4 + 20_000_000 * 20, expect.any(Number)],
    });
    for (const [, bytesOnDisk] of Object.values(sizes)) expect(bytesOnDisk).toBeLessThan(1 << 20);
  });

  it('have the sizes that the settings say', async () => {
    const sizes = await stored('chosen', {
      commitLogFileBytes: 1 << 20,
      consumeQueueFileBytes: 2000,
      maxHashSlotNum: 10,
      maxIndexNum: 40,
    });
    expect(Object.values(sizes).map(([size]) => size)).toEqual([1 << 20, 2000, 40 + 10 * 4 + 40 * 20]);
  });
});
