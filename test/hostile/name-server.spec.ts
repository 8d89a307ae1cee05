import { join } from 'node:path';
import { describe } from '@jest/globals';
import { createNameServer } from '../../libs/broker-core/src/name-server.js';
import { itSurvivesStrangers } from './attacks.js';

describe('a name server', () => {
  itSurvivesStrangers(async (directory, logger) => {
    const server = createNameServer({
      host: '127.0.0.1',
      port: 0,
      kvConfigPath: join(directory, 'kvConfig.json'),
      logger,
    });
    const { port } = await server.start();
    return { port, stop: () => server.shutdown() };
  });
});
