import type { Awaitable } from '../interfaces/vocabulary.js';

/** Where an instance keeps what it was before it was wrapped: an instance may serve a second application after the first. */
const ORIGINALS = Symbol.for('rocketmq-nest:original-hooks');

interface Hooks {
  onApplicationBootstrap?: () => Awaitable<void>;
  onModuleDestroy?: () => Awaitable<void>;
  [ORIGINALS]?: { bootstrap: (() => Awaitable<void>) | undefined; destroy: (() => Awaitable<void>) | undefined };
}

/**
 * Ties a listener to the lifecycle of its own instance: `up` runs after the instance's onApplicationBootstrap, `down`
 * before its onModuleDestroy. Nest orders those by the dependencies of the instance's module, so a listener drains
 * before what it uses closes; hooks of a global module would run first on start and last on stop.
 *
 * Returns  false when the instance is frozen and cannot be tied
 */
export function tieToLifecycle(instance: object, up: () => Promise<void>, down: () => Promise<void>): boolean {
  if (!Object.isExtensible(instance)) return false;
  const hooks = instance as Hooks;
  hooks[ORIGINALS] ??= { bootstrap: hooks.onApplicationBootstrap, destroy: hooks.onModuleDestroy };
  const { bootstrap, destroy } = hooks[ORIGINALS];
  replace(instance, 'onApplicationBootstrap', async () => {
    await bootstrap?.call(instance);
    await up();
  });
  replace(instance, 'onModuleDestroy', async () => {
    await down();
    await destroy?.call(instance);
  });
  return true;
}

function replace(
  instance: object,
  hook: 'onApplicationBootstrap' | 'onModuleDestroy',
  value: () => Promise<void>,
): void {
  Object.defineProperty(instance, hook, { configurable: true, enumerable: false, writable: true, value });
}
