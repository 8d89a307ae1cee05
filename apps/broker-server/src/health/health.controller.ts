import { Controller, Get } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { RocketMQNode } from '../node/rocketmq-node.js';
import { NodeHealth } from './node-health.js';

/** For probes: 200 when it is well, 503 with the reason when it is not. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly health: NodeHealth,
    private readonly node: RocketMQNode,
  ) {}

  /** Ready: clients are served. */
  @Get()
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    const { health } = this;
    return this.checks.check([
      () => health.store(),
      () => health.registration(),
      () => health.disk(),
      () => health.loop(),
    ]);
  }

  /** Alive: the process answers, even while it recovers a long log. */
  @Get('live')
  live(): { status: string; node: string } {
    return { status: 'ok', node: this.node.state };
  }
}
