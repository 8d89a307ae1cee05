import type { RocketMQTransportEvents } from '../interfaces/transport-options.js';

type EventName = keyof RocketMQTransportEvents;

/** Who wants to hear what from a server or a client; remembered before anything is connected. */
export class TransportEvents {
  readonly #listeners = new Map<EventName, ((error?: Error) => void)[]>();

  on<K extends EventName>(event: K, callback: RocketMQTransportEvents[K]): void {
    const listeners = this.#listeners.get(event) ?? [];
    this.#listeners.set(event, [...listeners, callback as (error?: Error) => void]);
  }

  emit(event: EventName, error?: Error): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(error);
  }
}
