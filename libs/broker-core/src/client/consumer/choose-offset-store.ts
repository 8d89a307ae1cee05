import { thisMachine } from '../../runtime/machine.js';
import { NodeDisk } from '../../runtime/node-disk.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { type ConsumerOptions, MessageModel } from '../options.js';
import { LocalOffsetStore } from './local-offset-store.js';
import type { OffsetStore } from './offset-store.js';
import { RemoteOffsetStore } from './remote-offset-store.js';

/** Broadcasting members each keep their own offsets, in a file; a clustering group has the brokers keep them. */
export function chooseOffsetStore(instance: MQClientInstance, group: string, options: ConsumerOptions): OffsetStore {
  if (options.messageModel !== MessageModel.BROADCASTING) return new RemoteOffsetStore(instance, group);
  const root = options.offsetStorePath ?? `${thisMachine().homeDirectory}/.rocketmq_offsets`;
  // The clientId comes from options of the application, which may write what it likes there.
  const folder = `${root}/${instance.clientId.replace(/[^\w.@#-]/g, '_')}/${group.replace(/[^\w%|-]/g, '_')}`;
  return new LocalOffsetStore(options.disk ?? new NodeDisk(), folder, instance.settings.logger);
}
