import { describe, expect, it } from '@jest/globals';
import { openDiskStore } from '../../../../test/support/store/disk-store.js';
import { putMessageOf } from '../../../../test/support/store/messages.js';
import { useDirectory } from '../../../../test/support/use-directory.js';
import { decodeMessages } from '../protocol/message-record.js';
import type { StoreConfig } from './store-config.js';

const directory = useDirectory();

const openStore = ({ flushDiskType }: Pick<StoreConfig, 'flushDiskType'>) =>
  openDiskStore(directory.path, { commitLogFileBytes: 1 << 20, consumeQueueFileBytes: 2000, flushDiskType });

describe('MessageStore on a real disk', () => {
  for (const flushDiskType of ['ASYNC_FLUSH', 'SYNC_FLUSH'] as const) {
    it(`gives back what was put, also after a restart (${flushDiskType})`, async () => {
      let store = await openStore({ flushDiskType });
      const results = await Promise.all(
        Array.from({ length: 500 }, (_, index) => store.putMessage(putMessageOf({ body: `m${index}` }))),
      );
      expect(results.map(({ status }) => status)).toEqual(Array(500).fill('PUT_OK'));
      expect(results.map(({ queueOffset }) => queueOffset)).toEqual(Array.from({ length: 500 }, (_, index) => index));
      expect(results[1]!.offsetMsgId).toMatch(/^7F00000100002A9F[0-9A-F]{16}$/);
      await store.shutdown();
      store = await openStore({ flushDiskType });
      expect(store.maxQueueOffset('TopicA', 0)).toBe(500);
      const pulled = await store.getMessage({ topic: 'TopicA', queueId: 0, queueOffset: 490, maxMsgNums: 32 });
      expect(pulled.status).toBe('FOUND');
      expect(decodeMessages(Buffer.concat(pulled.chunks)).map(({ body }) => body.toString())).toEqual(
        Array.from({ length: 10 }, (_, index) => `m${490 + index}`),
      );
      await store.shutdown();
    });
  }
});
