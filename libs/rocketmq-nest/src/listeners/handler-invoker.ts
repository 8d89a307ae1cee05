import 'reflect-metadata';
import { Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { ApplicationConfig, ExternalContextCreator, ModuleRef } from '@nestjs/core';
import type { RocketMQMessageListenerOptions } from '../interfaces/listener-options.js';
import type { PayloadType } from '../interfaces/vocabulary.js';
import type { ListenerDefinition } from './listener-definition.js';
import { ROCKETMQ_CONTEXT_TYPE, type RocketMQBatchContext, type RocketMQContext } from './rocketmq.context.js';

/** Where Nest keeps what @Payload() and @Ctx() said, and its numbers for the two; see RpcParamtype. */
const PARAM_ARGS = '__routeArguments__';
/** Where Nest keeps what @UseFilters() said. */
const EXCEPTION_FILTERS = '__exceptionFilters__';
const PAYLOAD = 3;
const CONTEXT = 6;

/** Calls a listener's method inside Nest's guards, interceptors, pipes and filters. */
export type HandlerInvoker = (payload: unknown, context: RocketMQContext | RocketMQBatchContext) => Promise<unknown>;

/** What Nest stores per decorated parameter. */
interface ParamMetadata {
  readonly index: number;
  readonly data?: unknown;
  readonly pipes?: readonly unknown[];
}

/** Makes HandlerInvokers. */
@Injectable()
export class RocketMQHandlerInvokers {
  constructor(
    private readonly contexts: ExternalContextCreator,
    private readonly config: ApplicationConfig,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** The invoker of a listener, and the type of payload it wants, as far as it can be known. */
  create(definition: ListenerDefinition): { invoke: HandlerInvoker; payloadType: PayloadType<unknown> | undefined } {
    const { instance, methodName, target, kind, options } = definition;
    const payloadType = options.payloadType ?? (kind === 'single' ? reflectPayloadType(target, methodName) : undefined);
    describeParameters(target, methodName, payloadType);
    const method = (instance as Record<string, (...args: unknown[]) => unknown>)[methodName] as (
      ...args: unknown[]
    ) => unknown;
    const invoke = this.contexts.create(
      instance,
      method,
      methodName,
      PARAM_ARGS,
      { exchangeKeyForValue: (type, data, args) => argumentOf(type, data as string | undefined, args as unknown[]) },
      undefined,
      undefined,
      this.#enhancersOf(definition),
      ROCKETMQ_CONTEXT_TYPE,
    );
    return { invoke: invoke as HandlerInvoker, payloadType };
  }

  /** The listener's `pipes`, instantiated by Nest where they are given as classes. */
  async pipesOf(options: RocketMQMessageListenerOptions): Promise<PipeTransform[]> {
    return Promise.all(
      (options.pipes ?? []).map((pipe) =>
        typeof pipe === 'function' ? this.#instantiate(pipe) : Promise.resolve(pipe),
      ),
    );
  }

  /** Which kinds of enhancers run around a listener. */
  #enhancersOf({ target, methodName, options: { enhancers = true } }: ListenerDefinition) {
    const all = enhancers !== false;
    const own = typeof enhancers === 'object' ? enhancers : {};
    // Nest's filter layer logs every error that no filter takes, as fatal as it can. Ours are answered with a verdict
    // and logged once, so the layer is there only when a filter is.
    const filters = (own.filters ?? all) && this.#hasFilters(target, methodName);
    return { guards: own.guards ?? all, interceptors: own.interceptors ?? all, filters };
  }

  #hasFilters(target: Type<unknown>, methodName: string): boolean {
    const method = (target.prototype as Record<string, object>)[methodName];
    const hasOwn = [target, method].some(
      (place) => place !== undefined && Reflect.hasMetadata(EXCEPTION_FILTERS, place),
    );
    return hasOwn || this.config.getGlobalFilters().length > 0 || this.config.getGlobalRequestFilters().length > 0;
  }

  /** The application's own instance where it is a provider, else a new one. */
  async #instantiate(pipe: Type<PipeTransform>): Promise<PipeTransform> {
    try {
      return this.moduleRef.get(pipe, { strict: false });
    } catch {
      return this.moduleRef.create(pipe);
    }
  }
}

function argumentOf(type: number, data: string | undefined, [payload, context]: unknown[]): unknown {
  if (type === CONTEXT) return context;
  if (type !== PAYLOAD) return undefined;
  return data === undefined ? payload : (payload as Record<string, unknown> | undefined)?.[data];
}

/** The payload parameter's type, when a decorator on the method or on the parameter made TypeScript write it down. */
function reflectPayloadType(target: Type<unknown>, methodName: string): PayloadType<unknown> | undefined {
  const types = Reflect.getMetadata('design:paramtypes', target.prototype as object, methodName) as
    | Type<unknown>[]
    | undefined;
  const params = paramsOf(target, methodName);
  const payload = Object.entries(params).find(([key, { data }]) => key.startsWith(`${PAYLOAD}:`) && data === undefined);
  const hasPayloadParameter = Object.keys(params).some((key) => key.startsWith(`${PAYLOAD}:`));
  if (hasPayloadParameter && !payload) return undefined;
  const type = types?.[payload?.[1].index ?? 0];
  return type === Object || type === Array || type === undefined ? undefined : type;
}

/**
 * Tells Nest what the method's parameters are, where no decorator did: pipes such as ValidationPipe run on described
 * parameters only, and look at their class. The context is described as a plain object, or ValidationPipe would check it.
 */
function describeParameters(
  target: Type<unknown>,
  methodName: string,
  payloadType: PayloadType<unknown> | undefined,
): void {
  if (Object.keys(paramsOf(target, methodName)).length === 0) {
    const params = {
      [`${PAYLOAD}:0`]: { index: 0, data: undefined, pipes: [] },
      [`${CONTEXT}:1`]: { index: 1, data: undefined, pipes: [] },
    };
    Reflect.defineMetadata(PARAM_ARGS, params, target, methodName);
  }
  const prototype = target.prototype as object;
  const known = Reflect.getMetadata('design:paramtypes', prototype, methodName) as unknown[] | undefined;
  const types = known ? [...known] : typeof payloadType === 'function' ? [payloadType] : [];
  for (const [key, { index }] of Object.entries(paramsOf(target, methodName))) {
    if (key.startsWith(`${CONTEXT}:`)) types[index] = Object;
  }
  Reflect.defineMetadata('design:paramtypes', types, prototype, methodName);
}

function paramsOf(target: Type<unknown>, methodName: string): Record<string, ParamMetadata> {
  return (Reflect.getMetadata(PARAM_ARGS, target, methodName) as Record<string, ParamMetadata> | undefined) ?? {};
}
