import { flag, int, type SliceOf } from '../key.js';

/** Sending, pulling, and what happens when there is too much of it. */
export const deliveryKeys = {
  traceOn: flag('traceOn', true, 'Told to producers in every answer: whether traces are wanted.', { live: true }),
  acceptSendsFromMs: int(
    'startAcceptSendRequestTimeStamp',
    0,
    'Milliseconds since 1970 before which sends are refused.',
    { live: true },
  ),
  storeReplyMessageEnable: flag('storeReplyMessageEnable', true, 'Whether replies are stored besides being pushed.', {
    live: true,
  }),
  longPollingEnable: flag(
    'longPollingEnable',
    true,
    'Whether a pull waits for messages as long as the client allows.',
    {
      live: true,
    },
  ),
  shortPollingTimeMs: int('shortPollingTimeMills', 1000, 'How long a pull waits when longPollingEnable is false.', {
    max: 60_000,
    live: true,
  }),
  rejectPullConsumerEnable: flag('rejectPullConsumerEnable', false, 'Whether pulls by pull consumers are refused.', {
    live: true,
  }),
  litePullMessageEnable: flag('litePullMessageEnable', true, 'Whether lite pull consumers are served.', { live: true }),
  slaveReadEnable: flag('slaveReadEnable', false, 'Whether consumers that lag are sent to a slave.', { live: true }),
  maxHeldPulls: int('maxHeldPulls', 100_000, 'Pulls waiting for messages at once; further ones are answered at once.', {
    min: 1,
  }),
  fastFailureEnable: flag(
    'brokerFastFailureEnable',
    true,
    'Whether requests that waited too long are answered SYSTEM_BUSY.',
    {
      live: true,
    },
  ),
  sendQueueCapacity: int(
    'sendThreadPoolQueueCapacity',
    10_000,
    'Sends being worked on at once; more are answered SYSTEM_BUSY.',
    {
      min: 1,
    },
  ),
  sendMayWaitMs: int(
    'waitTimeMillsInSendQueue',
    200,
    'Milliseconds a send may wait before it is answered SYSTEM_BUSY.',
    {
      min: 1,
      live: true,
    },
  ),
  defaultQueryMaxNum: int('defaultQueryMaxNum', 32, 'Most messages of a query by unique key.', {
    min: 1,
    max: 1024,
    live: true,
  }),
};

export type DeliveryConfig = SliceOf<typeof deliveryKeys>;
