import { describe } from '@jest/globals';
import { startEmbeddedRocketMQ } from '../../libs/broker-core/src/embedded.js';
import { itSurvivesStrangers } from './attacks.js';

describe('a broker', () => {
  itSurvivesStrangers(async (storePath, logger) => {
    const rocketmq = await startEmbeddedRocketMQ({ storePath, logger });
    return { port: Number(rocketmq.brokerAddress.split(':').at(-1)), stop: () => rocketmq.stop() };
  });
});
