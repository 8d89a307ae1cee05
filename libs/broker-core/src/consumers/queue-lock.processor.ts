import { decodeLockBatchRequestBody, encodeLockBatchResponseBody } from '../protocol/bodies/lock-batch-body.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { QueueLocks } from './queue-locks.js';

/**
 * Orderly consumers take and give back queues: LOCK_BATCH_MQ (41), UNLOCK_BATCH_MQ (42).
 *
 * RocketMQ: AdminBrokerProcessor#lockBatchMQ
 */
export class QueueLockProcessor {
  constructor(private readonly locks: QueueLocks) {}

  readonly lock = (request: RemotingCommand): RemotingCommand => {
    const { consumerGroup, clientId, mqSet } = decodeLockBatchRequestBody(request.body);
    const lockOKMQSet = this.locks.tryLock(consumerGroup, mqSet, clientId);
    return createResponse(ResponseCode.SUCCESS, undefined, undefined, encodeLockBatchResponseBody({ lockOKMQSet }));
  };

  readonly unlock = (request: RemotingCommand): RemotingCommand => {
    const { consumerGroup, clientId, mqSet } = decodeLockBatchRequestBody(request.body);
    this.locks.unlock(consumerGroup, mqSet, clientId);
    return createResponse(ResponseCode.SUCCESS);
  };
}
