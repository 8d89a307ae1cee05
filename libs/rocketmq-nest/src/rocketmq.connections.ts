import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { RocketMQMessageConverter } from './conversion/converter.js';
import type { RocketMQModuleOptions } from './interfaces/module-options.js';
import { DEFAULT_NAME } from './options/default-name.js';
import { RocketMQConnection } from './rocketmq.connection.js';
import { RocketMQOptionsError } from './rocketmq.errors.js';
import { messages } from './rocketmq.messages.js';
import { RocketMQPlaceholders } from './rocketmq.placeholders.js';
import type { RocketMQTemplate } from './rocketmq.template.js';
import { ROCKETMQ_MESSAGE_CONVERTER } from './rocketmq.tokens.js';

/**
 * The connections of an application by name: up before any other provider is initialised, down after the last one
 * has said good-bye, so that messages can be sent all the time in between.
 */
@Injectable()
export class RocketMQConnections implements OnModuleInit, OnApplicationShutdown {
  readonly #connections = new Map<string, RocketMQConnection>();
  readonly #templates = new Map<string, RocketMQTemplate>();

  constructor(
    private readonly placeholders: RocketMQPlaceholders,
    private readonly moduleRef: ModuleRef,
  ) {}

  /**
   * Opens a connection; it starts with the application.
   *
   * Throws  RocketMQOptionsError for options that cannot work and for a name that is taken
   */
  open(options: RocketMQModuleOptions): RocketMQConnection {
    const name = options.name ?? DEFAULT_NAME;
    if (this.#connections.has(name)) throw new RocketMQOptionsError(messages.duplicateConnection(name));
    const connection = new RocketMQConnection(
      options,
      this.placeholders.resolver(options.placeholders),
      this.#converters(),
    );
    this.#connections.set(name, connection);
    return connection;
  }

  /** Throws  RocketMQOptionsError naming the connections there are */
  get(name: string = DEFAULT_NAME): RocketMQConnection {
    const connection = this.#connections.get(name);
    if (!connection)
      throw new RocketMQOptionsError(messages.unknownConnection(name, [...this.#connections.keys()].join(', ')));
    return connection;
  }

  list(): readonly RocketMQConnection[] {
    return [...this.#connections.values()];
  }

  /** Makes a template known to health checks and to its connection. */
  addTemplate(template: RocketMQTemplate): void {
    this.#templates.set(template.name, template);
  }

  templates(): readonly RocketMQTemplate[] {
    return [...this.#templates.values()];
  }

  async onModuleInit(): Promise<void> {
    for (const template of this.#templates.values()) template.bind(this.get(template.connectionName));
    await Promise.all(this.list().map((connection) => connection.start()));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.list().map((connection) => connection.stop()));
  }

  #converters(): RocketMQMessageConverter[] {
    try {
      return this.moduleRef.get<RocketMQMessageConverter>(ROCKETMQ_MESSAGE_CONVERTER, { strict: false, each: true });
    } catch {
      return [];
    }
  }
}
