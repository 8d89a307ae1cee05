import type { PutMessage } from '../../libs/broker-core/src/store/put-message.js';

/** The topic of the messages that benches put. */
export const TOPIC = 'BenchmarkTest';

/**
 * Messages as delivery/ hands them to the store, one queue after the other. Their fields are ready, so that a bench
 * measures the store and not how they came about.
 */
export function messageSource(bodyBytes: number, queues: number): () => PutMessage {
  const body = Buffer.alloc(bodyBytes, 'x');
  let sequence = 0;
  return () => {
    const id = `7F0000010001${(sequence++).toString(16).padStart(20, '0')}`.toUpperCase();
    return {
      topic: TOPIC,
      queueId: sequence % queues,
      flag: 0,
      sysFlag: 0,
      bornTimestamp: 1_700_000_000_000,
      bornHost: { address: '192.168.100.200', port: 54321 },
      reconsumeTimes: 0,
      body,
      propertiesString: `KEYS\u0001order-${sequence}\u0002UNIQ_KEY\u0001${id}\u0002WAIT\u0001true\u0002TAGS\u0001TagA\u0002CLUSTER\u0001DefaultCluster\u0002`,
      tagsCode: 2598919,
      keys: `order-${sequence}`,
      uniqKey: id,
      waitStoreMsgOK: true,
      delayLevel: 0,
    };
  };
}
