import { encodeSubscriptionGroupConfig } from '../../protocol/bodies/subscription-group-wrapper.js';
import { RequestCode } from '../../protocol/request-code.js';
import { newSubscriptionGroupConfig, type SubscriptionGroupConfig } from '../../protocol/subscription-group-config.js';
import { validateGroup } from '../../protocol/topic-names.js';
import { ClientError } from '../errors.js';
import { ask } from '../instance/call.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';

/** Creates or changes a consumer group on one broker. */
export async function createGroupAt(
  instance: MQClientInstance,
  address: string,
  { groupName, ...given }: Partial<SubscriptionGroupConfig> & { groupName: string },
): Promise<void> {
  const problem = validateGroup(groupName);
  if (problem !== undefined) throw new ClientError(`cannot create the group: ${problem}`);
  await ask(instance.transport, address, {
    code: RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
    body: encodeSubscriptionGroupConfig(newSubscriptionGroupConfig(groupName, given)),
    timeoutMs: instance.settings.mqClientApiTimeoutMs,
    group: groupName,
  });
}

/** Deletes a consumer group on one broker. */
export async function deleteGroupAt(
  instance: MQClientInstance,
  address: string,
  group: string,
  cleanOffset: boolean,
): Promise<void> {
  await ask(instance.transport, address, {
    code: RequestCode.DELETE_SUBSCRIPTIONGROUP,
    extFields: { groupName: group, cleanOffset: String(cleanOffset) },
    timeoutMs: instance.settings.mqClientApiTimeoutMs,
    group,
  });
}
