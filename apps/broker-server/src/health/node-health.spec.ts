import { describe, expect, it } from '@jest/globals';
import { HealthIndicatorService } from '@nestjs/terminus';
import { defaultBrokerConfig } from 'rocketmq-broker-core';
import type { ServerConfig } from '../config/server-config.js';
import type { RocketMQNode } from '../node/rocketmq-node.js';
import type { EventLoop } from './event-loop.js';
import { NodeHealth } from './node-health.js';

function healthOf(node: object, { delayMs = 1, refusedAbove = 100 } = {}): NodeHealth {
  const store = { rootDirectory: '/', diskWarningRatio: refusedAbove };
  const config = { broker: defaultBrokerConfig({ store }) } as unknown as ServerConfig;
  const loop = { takeDelayMs: () => delayMs } as EventLoop;
  return new NodeHealth(new HealthIndicatorService(), node as RocketMQNode, loop, config);
}

const running = (broker: object) => ({ state: 'running', broker: { storePath: '/store', address: 'a:1', ...broker } });
const status = (result: object) => Object.values(result)[0].status;

describe('NodeHealth', () => {
  it('is up while messages are taken and clients find the broker', () => {
    const health = healthOf(running({ isWritable: true, isRegistered: true }));
    expect([health.store(), health.registration(), health.disk(), health.loop()].map(status)).toEqual(
      Array(4).fill('up'),
    );
  });

  it('is down while the store recovers, and when it takes nothing more', () => {
    expect(healthOf({ state: 'starting' }).store()).toEqual({ store: { status: 'down', state: 'starting' } });
    expect(status(healthOf(running({ isWritable: false })).store())).toBe('down');
  });

  it('is down when no name server knows the broker, and indifferent when there is none to know it', () => {
    expect(status(healthOf(running({ isRegistered: false })).registration())).toBe('down');
    expect(status(healthOf(running({ isRegistered: undefined })).registration())).toBe('up');
  });

  it('is down when the disk is fuller than the broker accepts', () => {
    expect(status(healthOf(running({}), { refusedAbove: 0 }).disk())).toBe('down');
  });

  it('is down when the event loop answers nobody in time', () => {
    expect(status(healthOf(running({}), { delayMs: 900 }).loop())).toBe('down');
  });
});
