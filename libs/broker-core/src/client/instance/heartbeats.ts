import { encodeHeartbeatData, type HeartbeatData } from '../../protocol/bodies/heartbeat-data.js';
import { RequestCode } from '../../protocol/request-code.js';
import { TimeoutError } from '../../runtime/errors.js';
import { within } from '../../runtime/within.js';
import { messageOf } from '../errors.js';
import type { BrokerAddresses } from './broker-addresses.js';
import { ask } from './call.js';
import type { ClientSettings } from './client-settings.js';
import type { GroupConsumer, GroupProducer } from './group-members.js';
import { HeartbeatPlan } from './heartbeat-plan.js';
import type { Transport } from './transport.js';

/** How often the plan is looked at. */
const TICK_MS = 1_000;

/** What this client says of itself: its groups and what they subscribe to. */
export function heartbeatDataOf(
  clientID: string,
  producers: Iterable<GroupProducer>,
  consumers: Iterable<GroupConsumer>,
): HeartbeatData {
  return {
    clientID,
    producerDataSet: [...producers].map(({ group }) => ({ groupName: group })),
    consumerDataSet: [...consumers].map((consumer) => ({
      groupName: consumer.group,
      consumeType: consumer.consumeType,
      messageModel: consumer.messageModel,
      consumeFromWhere: consumer.consumeFromWhere,
      subscriptionDataSet: [...consumer.subscriptions()],
      unitMode: false,
    })),
    heartbeatFingerprint: 0,
    withoutSub: false,
  };
}

/** Tells every broker that matters that we live, and what we are. */
export class Heartbeats {
  readonly #plan: HeartbeatPlan;
  readonly #versions = new Map<string, number>();
  /** The heartbeats that are not answered yet, by address. */
  readonly #underWay = new Map<string, Promise<void>>();
  /** Those of them that somebody waited for in vain. */
  readonly #slow = new Set<string>();
  #stop: (() => void) | undefined;

  constructor(
    private readonly settings: ClientSettings,
    private readonly transport: Transport,
    private readonly brokers: BrokerAddresses,
    private readonly producers: ReadonlyMap<string, GroupProducer>,
    private readonly consumers: ReadonlyMap<string, GroupConsumer>,
    /** Told when a broker knows us that did not before. */
    private readonly onKnown: (address: string) => void,
  ) {
    this.#plan = new HeartbeatPlan(settings.heartbeatBrokerIntervalMs);
    transport.onConnectionClosed((address) => {
      this.#plan.disconnected(address, settings.clock.monotonicMs());
    });
  }

  start(): void {
    this.#stop ??= this.settings.scheduler.every(TICK_MS, () => void this.sendDue());
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  /** MQVersion ordinal of the broker at `address`; 0 before it answered a heartbeat. */
  versionOf(address: string): number {
    return this.#versions.get(address) ?? 0;
  }

  /** Everyone at once: after a change of subscriptions. Resolves when all have answered or failed. */
  sendToAll(): Promise<void> {
    this.#keep();
    this.#plan.makeAllDue(this.settings.clock.monotonicMs());
    return this.sendDue();
  }

  /** Only whom it is time for; brokers that are new to us always are. Never rejects. */
  async sendDue(): Promise<void> {
    this.#keep();
    if (this.producers.size === 0 && this.consumers.size === 0) return;
    const due = this.#plan.takeDue(this.settings.clock.monotonicMs());
    if (due.length === 0) return;
    const body = encodeHeartbeatData(
      heartbeatDataOf(this.settings.clientId, this.producers.values(), this.consumers.values()),
    );
    await Promise.all(due.map((address) => this.#send(address, body)));
  }

  /**
   * Resolves when none of these brokers is a stranger any more, or after `timeoutMs`: replies come only through brokers that
   * know us, but one that does not answer is not waited for again. Rejects with the signal's reason.
   */
  async awaitGreeted(addresses: readonly string[], timeoutMs: number, signal?: AbortSignal): Promise<void> {
    this.#keep();
    const strangers = addresses.filter((address) => this.#plan.isStranger(address) && !this.#slow.has(address));
    if (strangers.length === 0) return;
    void this.sendDue();
    const greetings = Promise.all(strangers.map((address) => this.#underWay.get(address)));
    const late = new TimeoutError(`${strangers.join(', ')} not greeted within ${timeoutMs} ms`);
    await within(this.settings.scheduler, greetings, timeoutMs, () => late, signal).catch((error: unknown) => {
      if (error !== late) throw error;
      for (const address of strangers) if (this.#underWay.has(address)) this.#slow.add(address);
    });
  }

  #send(address: string, body: Buffer): Promise<void> {
    const sending = this.#ask(address, body).finally(() => {
      if (this.#underWay.get(address) !== sending) return;
      this.#underWay.delete(address);
      this.#slow.delete(address);
    });
    this.#underWay.set(address, sending);
    return sending;
  }

  async #ask(address: string, body: Buffer): Promise<void> {
    const { clock, logger, mqClientApiTimeoutMs } = this.settings;
    try {
      const response = await ask(this.transport, address, {
        code: RequestCode.HEART_BEAT,
        body,
        timeoutMs: mqClientApiTimeoutMs,
      });
      this.#versions.set(address, response.version);
      if (this.#plan.succeeded(address, clock.monotonicMs())) this.onKnown(address);
    } catch (error) {
      this.#plan.failed(address, clock.monotonicMs());
      logger.warn('heartbeat failed', { address, reason: messageOf(error) });
    }
  }

  #keep(): void {
    this.#plan.keep(this.brokers.listeners(this.consumers.size > 0), this.settings.clock.monotonicMs());
  }
}
