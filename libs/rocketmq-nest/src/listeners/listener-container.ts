import type { ContainerState, RocketMQListenerContainer } from '../interfaces/listener-container.js';
import type { Subscription } from '../interfaces/subscription.js';
import type { Millis } from '../interfaces/vocabulary.js';
import type { GroupConsumer } from './group-consumer.js';
import type { ListenerEndpoint } from './listener-endpoint.js';

/** A listener's side of its group's consumer; disabled listeners have a container that never leaves `idle`. */
export class ListenerContainer implements RocketMQListenerContainer {
  constructor(
    readonly id: string,
    readonly endpoint: ListenerEndpoint,
    readonly consumer: GroupConsumer,
    readonly isEnabled: boolean,
  ) {}

  get listenerName(): string {
    return this.endpoint.name;
  }

  get connection(): string {
    return this.consumer.connection.name;
  }

  get consumerGroup(): string {
    return this.consumer.group;
  }

  get subscriptions(): readonly Subscription[] {
    return this.endpoint.subscriptions;
  }

  get state(): ContainerState {
    return this.isEnabled ? this.consumer.state : 'idle';
  }

  get inFlight(): number {
    return this.endpoint.inFlight;
  }

  async start(): Promise<void> {
    if (this.isEnabled) await this.consumer.start();
  }

  async pause(): Promise<void> {
    this.consumer.pause();
  }

  async resume(): Promise<void> {
    this.consumer.resume();
  }

  async stop(options: { timeout?: Millis } = {}): Promise<void> {
    if (this.isEnabled) await this.consumer.stop(options.timeout);
  }

  unwrap<C>(): C {
    return this.consumer.unwrap() as C;
  }
}
