import { Inject, Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { NodeDisk, usedPercentOf } from 'rocketmq-broker-core';
import type { ServerConfig } from '../config/server-config.js';
import { RocketMQNode } from '../node/rocketmq-node.js';
import { SERVER_CONFIG } from '../node/tokens.js';
import { EventLoop } from './event-loop.js';

/** A loop that runs later than this answers nobody in time. */
const LATE_LOOP_MS = 500;

/** What has to be true for clients to be served, one question each. */
@Injectable()
export class NodeHealth {
  readonly #disk = new NodeDisk();

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly node: RocketMQNode,
    private readonly eventLoop: EventLoop,
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
  ) {}

  /** Whether messages are taken. */
  store(): HealthIndicatorResult {
    const check = this.indicators.check('store');
    const { broker, state } = this.node;
    if (state !== 'running' || !broker) return check.down({ state });
    return broker.isWritable
      ? check.up({ path: broker.storePath })
      : check.down({ path: broker.storePath, reason: 'not writable' });
  }

  /** Whether clients can find the broker. */
  registration(): HealthIndicatorResult {
    const check = this.indicators.check('registration');
    const isRegistered = this.node.broker?.isRegistered;
    if (isRegistered === false) return check.down({ reason: 'no name server knows this broker' });
    return check.up({ address: this.node.broker?.address });
  }

  /** Whether there is room below the level at which sends are refused. */
  disk(): HealthIndicatorResult {
    const { rootDirectory, diskWarningRatio } = this.config.broker.store;
    const room = this.#disk.space(rootDirectory);
    const usedPercent = usedPercentOf(room);
    const check = this.indicators.check('disk');
    const details = { usedPercent, refusedAbovePercent: diskWarningRatio, freeBytes: room.usableBytes };
    return usedPercent > diskWarningRatio ? check.down(details) : check.up(details);
  }

  /** Whether the process keeps up with its work. */
  loop(): HealthIndicatorResult {
    const delayMs = this.eventLoop.takeDelayMs();
    const check = this.indicators.check('eventLoop');
    return delayMs > LATE_LOOP_MS ? check.down({ delayMs }) : check.up({ delayMs });
  }
}
