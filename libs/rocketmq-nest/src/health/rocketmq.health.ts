import { Injectable } from '@nestjs/common';
import type { RocketMQHealthStatus } from '../interfaces/health-status.js';
import type { ContainerState } from '../interfaces/listener-container.js';
import type { Millis } from '../interfaces/vocabulary.js';
import type { RocketMQConnection } from '../rocketmq.connection.js';
import { RocketMQConnections } from '../rocketmq.connections.js';
import { toError } from '../rocketmq.errors.js';
import { RocketMQListenerRegistry } from '../rocketmq.listener-registry.js';

const PING_TIMEOUT_MS = 1000;
/** A listener in one of these states is where someone put it. */
const HEALTHY: ReadonlySet<ContainerState> = new Set<ContainerState>(['running', 'paused']);

/** Says whether the application's RocketMQ side works: name servers answer, templates are up, started listeners run. */
@Injectable()
export class RocketMQHealthIndicator {
  constructor(
    private readonly connections: RocketMQConnections,
    private readonly registry: RocketMQListenerRegistry,
  ) {}

  /** Plain data; never rejects. */
  async check(): Promise<RocketMQHealthStatus> {
    const pings = await Promise.all(this.connections.list().map((connection) => ping(connection)));
    const answered = pings.filter((answer) => answer.error === undefined);
    const lastError = pings.find((answer) => answer.error !== undefined)?.error;
    const isAnswered = (name: string) => answered.some((answer) => answer.name === name);
    const isUp = answered.length === pings.length && this.#listenersRun();
    return {
      connected: isUp,
      producers: Object.fromEntries(
        this.connections
          .templates()
          .map(({ name, isRunning, connectionName }) => [
            name,
            isRunning && isAnswered(connectionName) ? 'up' : 'down',
          ]),
      ),
      listeners: Object.fromEntries(this.registry.list().map(({ id, state }) => [id, state])),
      ...(answered.length === 0 ? {} : { latency: Math.max(...answered.map(({ latency }) => latency)) }),
      ...(lastError === undefined ? {} : { lastError }),
    };
  }

  /** The same in the shape that @nestjs/terminus expects of an indicator: `health.check([() => rocketmq.isHealthy()])`. */
  async isHealthy<K extends string = 'rocketmq'>(
    key: K = 'rocketmq' as K,
  ): Promise<Record<K, { status: 'up' | 'down' } & Record<string, unknown>>> {
    const { connected, ...details } = await this.check();
    const report: { status: 'up' | 'down' } & Record<string, unknown> = {
      status: connected ? 'up' : 'down',
      ...details,
    };
    return { [key]: report } as Record<K, typeof report>;
  }

  /** Disabled listeners, and listeners nobody started, are as they should be. */
  #listenersRun(): boolean {
    return this.registry
      .list()
      .filter(({ isEnabled, connection }) => isEnabled && this.connections.get(connection).startup.autoStart)
      .every(({ state }) => HEALTHY.has(state));
  }
}

async function ping(connection: RocketMQConnection): Promise<{ name: string; latency: Millis; error?: string }> {
  const { name } = connection;
  try {
    return { name, latency: await connection.ping(PING_TIMEOUT_MS) };
  } catch (error) {
    return { name, latency: PING_TIMEOUT_MS, error: toError(error).message };
  }
}
