import { describe } from '@jest/globals';
import { startEmbeddedRocketMQ } from '../../libs/broker-core/src/embedded.js';
import { decodeMessages } from '../../libs/broker-core/src/protocol/message-record.js';
import { createRequest, type RemotingCommand } from '../../libs/broker-core/src/protocol/remoting-command.js';
import { RequestCode } from '../../libs/broker-core/src/protocol/request-code.js';
import { itSurvivesStrangers } from './attacks.js';
import type { Errand } from './hostile-peer.js';

describe('a broker', () => {
  itSurvivesStrangers(async (storePath, logger) => {
    const rocketmq = await startEmbeddedRocketMQ({ storePath, logger });
    const { brokerAddress } = rocketmq;
    return {
      port: Number(brokerAddress.split(':').at(-1)),
      errand: sendAndPull(brokerAddress),
      stop: () => rocketmq.stop(),
    };
  });
});

/** Sends a message and pulls it from where the broker says it is. */
function sendAndPull(address: string): Errand {
  return async (client, round) => {
    const body = `round ${round}`;
    const sent = await client.invoke(address, send(body), 30_000);
    if (sent.code !== 0) throw new Error(`the send was answered ${sent.code}: ${sent.remark}`);
    const pulled = await client.invoke(address, pull(sent.extFields?.['queueOffset'] ?? ''), 30_000);
    const [found] = pulled.code === 0 ? decodeMessages(pulled.body ?? Buffer.alloc(0)) : [];
    if (found?.body.toString() !== body) throw new Error(`pulled ${found?.body} with code ${pulled.code}, not ${body}`);
  };
}

function send(body: string): RemotingCommand {
  const names = { a: 'bystander', b: 'Bystander', c: 'TBW102', i: '', n: 'broker-a' };
  const numbers = { d: '1', e: '0', f: '0', g: '1700000000000', h: '0', j: '0' };
  return createRequest(
    RequestCode.SEND_MESSAGE_V2,
    { ...names, ...numbers, k: 'false', m: 'false' },
    Buffer.from(body),
  );
}

const SUBSCRIPTION_IS_IN_THE_PULL = '4';

function pull(queueOffset: string): RemotingCommand {
  const numbers = { queueId: '0', maxMsgNums: '1', commitOffset: '0', suspendTimeoutMillis: '0', subVersion: '0' };
  const names = { consumerGroup: 'bystander', topic: 'Bystander', subscription: '*' };
  return createRequest(RequestCode.PULL_MESSAGE, {
    ...names,
    ...numbers,
    queueOffset,
    sysFlag: SUBSCRIPTION_IS_IN_THE_PULL,
  });
}
