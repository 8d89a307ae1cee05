import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { PlaceholderResolver } from './interfaces/message-options.js';

/**
 * Looks up `${key}`: a connection's own `placeholders` first, then @nestjs/config's ConfigService when the application
 * has one, then the environment (as `key`, or as `KEY_WITH_UNDERSCORES` for `key.with-underscores`).
 */
@Injectable()
export class RocketMQPlaceholders {
  #configService: { get(key: string): unknown } | null | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  /** The whole chain, with `own` in front. */
  resolver(own?: PlaceholderResolver): PlaceholderResolver {
    return (key) => own?.(key) ?? this.#fromConfigService(key) ?? fromEnvironment(key);
  }

  #fromConfigService(key: string): string | undefined {
    // By name: @nestjs/config is not a dependency of ours, and an application may have its own ConfigService.
    this.#configService ??=
      this.discovery
        .getProviders()
        .find((wrapper) => wrapper.name === 'ConfigService' && isConfigService(wrapper.instance))?.instance ?? null;
    const value = this.#configService?.get(key);
    return value === undefined || value === null ? undefined : String(value);
  }
}

function isConfigService(instance: unknown): boolean {
  return typeof (instance as { get?: unknown } | null)?.get === 'function';
}

/** The one place of this library that looks at the environment. */
function fromEnvironment(key: string): string | undefined {
  const { env } = process;
  return env[key] ?? env[key.replace(/[.-]/g, '_').toUpperCase()];
}
