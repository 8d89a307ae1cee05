import { encodeCheckClientRequestBody, type SubscriptionData } from '../../protocol/bodies/heartbeat-data.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ask } from '../instance/call.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';

/**
 * Has brokers look at expressions that only they understand, so that a wrong one ends the start and not a pull.
 *
 * Throws  RemoteError with the broker's words
 */
export async function checkExpressions(
  instance: MQClientInstance,
  group: string,
  subscriptions: readonly SubscriptionData[],
): Promise<void> {
  for (const subscriptionData of subscriptions) {
    if (subscriptionData.expressionType === 'TAG') continue;
    const address = await instance.anyBrokerOf(subscriptionData.topic);
    // A topic that is not there yet has nobody to ask; the first pull will tell.
    if (address === undefined) continue;
    await ask(instance.transport, address, {
      code: RequestCode.CHECK_CLIENT_CONFIG,
      body: encodeCheckClientRequestBody({ clientId: instance.clientId, group, subscriptionData }),
      timeoutMs: instance.settings.mqClientApiTimeoutMs,
      topic: subscriptionData.topic,
      group,
    });
  }
}
