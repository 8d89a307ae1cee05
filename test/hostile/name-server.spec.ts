import { join } from 'node:path';
import { describe } from '@jest/globals';
import { createNameServer } from '../../libs/broker-core/src/name-server.js';
import { createRequest } from '../../libs/broker-core/src/protocol/remoting-command.js';
import { RequestCode } from '../../libs/broker-core/src/protocol/request-code.js';
import { itSurvivesStrangers } from './attacks.js';
import type { Errand } from './hostile-peer.js';

describe('a name server', () => {
  itSurvivesStrangers(async (directory, logger) => {
    const server = createNameServer({
      host: '127.0.0.1',
      port: 0,
      kvConfigPath: join(directory, 'kvConfig.json'),
      logger,
    });
    const { port } = await server.start();
    return { port, errand: putAndGet(`127.0.0.1:${port}`), stop: () => server.shutdown() };
  });
});

/** Leaves a setting and asks for it. */
function putAndGet(address: string): Errand {
  return async (client, round) => {
    const entry = { namespace: 'bystander', key: 'round' };
    await client.invoke(address, createRequest(RequestCode.PUT_KV_CONFIG, { ...entry, value: String(round) }), 30_000);
    const got = await client.invoke(address, createRequest(RequestCode.GET_KV_CONFIG, entry), 30_000);
    if (got.extFields?.['value'] !== String(round)) throw new Error(`round ${round} reads ${got.code}: ${got.remark}`);
  };
}
