import 'reflect-metadata';
import { afterEach } from '@jest/globals';
import type { LoggerService, ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  type RocketMQListener,
  RocketMQListenerRegistry,
  RocketMQMessageListener,
  type RocketMQModuleOptions,
  RocketMQTemplate,
} from 'rocketmq-nest';
import { InMemoryRocketMQDriver, RocketMQTestingModule, RocketMQTestKit } from 'rocketmq-nest/testing';

const silence: LoggerService = { log() {}, warn() {}, error() {}, debug() {} };
const open = new Set<TestingModule>();

/** For the head of a spec file: a list for what its listeners get. Behind every `it` it is emptied, and `stopNest` called. */
export function useNest<Heard = unknown>(): Heard[] {
  const seen: Heard[] = [];
  afterEach(async () => {
    seen.length = 0;
    await stopNest();
  });
  return seen;
}

/** A class that notes the texts of topic TEXT. */
export function textListener(seen: unknown[]) {
  @RocketMQMessageListener({ topic: 'TEXT', consumerGroup: 'shop' })
  class TextListener implements RocketMQListener<string> {
    onMessage(message: string) {
      seen.push(['text', message]);
    }
  }
  return TextListener;
}

/** Stops whatever `startNest` started; for afterEach. */
export async function stopNest(): Promise<void> {
  const modules = [...open];
  open.clear();
  await Promise.all(modules.map((module) => module.close()));
}

/** An initialised application without a network, its driver in the spec's hands. Nest's log is off. */
export async function startNest(
  providers: NonNullable<ModuleMetadata['providers']> = [],
  options: Partial<RocketMQModuleOptions> = {},
  imports: NonNullable<ModuleMetadata['imports']> = [],
) {
  const driver = new InMemoryRocketMQDriver();
  const module = await Test.createTestingModule({
    imports: [RocketMQTestingModule.forRoot({ driver, ...options }), ...imports],
    providers,
  })
    .setLogger(silence)
    .compile();
  await module.init();
  open.add(module);
  return {
    driver,
    module,
    kit: module.get(RocketMQTestKit),
    template: module.get(RocketMQTemplate),
    registry: module.get(RocketMQListenerRegistry),
  };
}
