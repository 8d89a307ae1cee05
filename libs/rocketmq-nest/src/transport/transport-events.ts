import type { RocketMQTransportEvents } from '../interfaces/transport-options.js';

type EventName = keyof RocketMQTransportEvents;

/** Who wants to hear what from a server or a client; remembered before anything is connected. */
export class TransportEvents {
  readonly #listeners = new Map<EventName, ((news?: Error | number) => void)[]>();

  on<K extends EventName>(event: K, callback: RocketMQTransportEvents[K]): void {
    const listeners = this.#listeners.get(event) ?? [];
    this.#listeners.set(event, [...listeners, callback as (news?: Error | number) => void]);
  }

  emit<K extends EventName>(event: K, ...news: Parameters<RocketMQTransportEvents[K]>): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...news);
  }
}
