import { RemotingClient } from '../../remoting/remoting-client.js';
import type { ClientOptions } from '../options.js';
import { clientSettings } from './client-settings.js';
import { MQClientInstance } from './mq-client-instance.js';

interface Shared {
  readonly instance: MQClientInstance;
  members: number;
}

/**
 * One instance per clientId and set of name servers, for as long as it has members. RocketMQ: MQClientManager; there, two
 * clusters in one process share an instance by accident when their clientIds agree.
 */
export class ClientInstances {
  readonly #shared = new Map<string, Shared>();

  /** The instance these options belong to. Whoever acquires releases. Throws ClientError for options that cannot work. */
  acquire(options: ClientOptions, keepsName = false): MQClientInstance {
    const settings = clientSettings(options, keepsName);
    const key = [settings.clientId, ...[...settings.nameServers].sort()].join('\n');
    let shared = this.#shared.get(key);
    if (!shared) {
      const { logger, clock, scheduler, connectTimeoutMs } = settings;
      const transport = settings.transport?.() ?? new RemotingClient({ logger, clock, scheduler, connectTimeoutMs });
      shared = { instance: new MQClientInstance(settings, transport), members: 0 };
      this.#shared.set(key, shared);
    }
    shared.members++;
    return shared.instance;
  }

  /** Gives the instance back; the last member's release shuts it down. */
  async release(instance: MQClientInstance): Promise<void> {
    for (const [key, shared] of this.#shared) {
      if (shared.instance !== instance) continue;
      shared.members--;
      if (shared.members > 0) return;
      this.#shared.delete(key);
      await instance.shutdown();
      return;
    }
  }
}

/** The process's instances. */
export const clientInstances = new ClientInstances();
