import type { DriverSubscription } from '../interfaces/driver.js';
import type { ListenerTuning } from '../interfaces/listener-options.js';
import { ConsumeFromWhere, ConsumeMode, MessageModel } from '../interfaces/vocabulary.js';
import { RocketMQOptionsError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';
import { formatSelection, parseSelectorExpression, type TagSelection, uniteSelections } from './selector-expression.js';

/** One listener of a group, as far as planning goes. */
export interface PlannedListener {
  /** For sentences: the class, or class and method. */
  readonly name: string;
  /** What may share a topic: the handlers of one instance, tag by tag. */
  readonly owner: unknown;
  readonly subscriptions: readonly { readonly topic: string; readonly selectorExpression?: string | undefined }[];
  /** What the listener itself says; defaults of the connection are not in it. */
  readonly tuning: Partial<ListenerTuning>;
}

/** What one consumer must be told so that all listeners of its group get their messages. */
export interface GroupPlan<L extends PlannedListener> {
  readonly subscriptions: readonly DriverSubscription[];
  readonly tuning: Partial<ListenerTuning>;
  /** The listener for a message; `undefined` when its tag or topic is no longer wanted by anybody. */
  route(topic: string, tag: string | undefined): L | undefined;
}

/** The options that belong to the shared consumer, so that listeners cannot differ in them. */
const GROUP_OPTIONS = [
  'concurrency',
  'maxReconsumeTimes',
  'consumeTimeout',
  'pullInterval',
  'pullBatchSize',
  'consumeMessageBatchMaxSize',
  'consumeTimestamp',
  'maxCachedMessageCount',
  'maxCachedMessageSizeInBytes',
] as const satisfies readonly (keyof ListenerTuning)[];

interface TopicPlan<L> {
  readonly first: L;
  readonly selections: { readonly listener: L; readonly selection: TagSelection }[];
}

/**
 * Unites the listeners of one group into one subscription.
 *
 * Two classes cannot share a topic, and modes cannot differ: the broker keeps one subscription per group, so the
 * second would silently take messages from the first.
 *
 * Throws  RocketMQOptionsError naming both listeners
 */
export function planGroup<L extends PlannedListener>(
  group: string,
  listeners: readonly L[],
  defaults: Partial<ListenerTuning> = {},
): GroupPlan<L> {
  const modes = agreeOnModes(group, listeners, defaults);
  const topics = new Map<string, TopicPlan<L>>();
  for (const listener of listeners) {
    for (const subscription of listener.subscriptions) addToTopic(group, topics, listener, subscription);
  }
  return {
    subscriptions: [...topics].map(([topic, plan]) => subscriptionOf(topic, plan, defaults)),
    tuning: { ...defaults, ...agreeOnTuning(group, listeners), ...modes },
    route: (topic, tag) => routeWithin(topics.get(topic), tag),
  };
}

function addToTopic<L extends PlannedListener>(
  group: string,
  topics: Map<string, TopicPlan<L>>,
  listener: L,
  { topic, selectorExpression }: PlannedListener['subscriptions'][number],
): void {
  const selection = parseSelectorExpression(selectorExpression);
  const plan = topics.get(topic);
  if (!plan) {
    topics.set(topic, { first: listener, selections: [{ listener, selection }] });
    return;
  }
  for (const other of plan.selections) refuseOverlap(group, topic, other, { listener, selection });
  plan.selections.push({ listener, selection });
}

function refuseOverlap<L extends PlannedListener>(
  group: string,
  topic: string,
  first: { listener: L; selection: TagSelection },
  second: { listener: L; selection: TagSelection },
): void {
  const names = [first.listener.name, second.listener.name] as const;
  const isSame = formatSelection(first.selection) === formatSelection(second.selection);
  if (first.listener.owner !== second.listener.owner) {
    const sentence = isSame ? messages.topicTwice : messages.expressionConflict;
    throw new RocketMQOptionsError(sentence(group, topic, ...names));
  }
  if (first.selection.kind === 'all' && second.selection.kind === 'all') {
    throw new RocketMQOptionsError(messages.topicTwice(group, topic, ...names));
  }
  if (first.selection.kind !== 'tags' || second.selection.kind !== 'tags') return;
  const { tags } = first.selection;
  const shared = second.selection.tags.find((tag) => tags.includes(tag));
  if (shared !== undefined) throw new RocketMQOptionsError(messages.tagTwice(group, topic, shared, ...names));
}

function subscriptionOf<L extends PlannedListener>(
  topic: string,
  { first, selections }: TopicPlan<L>,
  defaults: Partial<ListenerTuning>,
): DriverSubscription {
  const united = selections.map(({ selection }) => selection).reduce(uniteSelections);
  const consumeFromWhere = first.tuning.consumeFromWhere ?? defaults.consumeFromWhere ?? ConsumeFromWhere.LAST_OFFSET;
  return { topic, expression: formatSelection(united), consumeFromWhere };
}

function routeWithin<L>(plan: TopicPlan<L> | undefined, tag: string | undefined): L | undefined {
  if (!plan) return undefined;
  const { selections } = plan;
  const exact = selections.find(
    ({ selection }) => selection.kind === 'tags' && tag !== undefined && selection.tags.includes(tag),
  );
  const any = exact ?? selections.find(({ selection }) => selection.kind === 'all');
  // A retried message may carry a tag that is no longer subscribed to: with one listener it is clear whose it is.
  return any?.listener ?? (selections.length === 1 ? selections[0]?.listener : undefined);
}

function agreeOnModes(group: string, listeners: readonly PlannedListener[], defaults: Partial<ListenerTuning>) {
  const consumeMode = agreeOnMode(group, 'consumeMode', listeners, defaults.consumeMode ?? ConsumeMode.CONCURRENTLY);
  const messageModel = agreeOnMode(group, 'messageModel', listeners, defaults.messageModel ?? MessageModel.CLUSTERING);
  if (consumeMode === ConsumeMode.ORDERLY && messageModel === MessageModel.BROADCASTING) {
    throw new RocketMQOptionsError(messages.orderlyBroadcasting(listeners[0]?.name ?? group));
  }
  return { consumeMode, messageModel };
}

/** Unlike numbers, a mode that is not given still means something: the default. */
function agreeOnMode<K extends 'consumeMode' | 'messageModel'>(
  group: string,
  option: K,
  listeners: readonly PlannedListener[],
  byDefault: ListenerTuning[K],
): ListenerTuning[K] {
  const [first] = listeners;
  const mode = first?.tuning[option] ?? byDefault;
  for (const listener of listeners) {
    const other = listener.tuning[option] ?? byDefault;
    if (first && other !== mode) throw conflict(group, option, first, mode, listener, other);
  }
  return mode;
}

function agreeOnTuning(group: string, listeners: readonly PlannedListener[]): Partial<ListenerTuning> {
  const agreed: Record<string, unknown> = {};
  for (const option of GROUP_OPTIONS) {
    const given = listeners.filter((listener) => listener.tuning[option] !== undefined);
    const [first] = given;
    for (const listener of given) {
      if (first && !isSameValue(first.tuning[option], listener.tuning[option])) {
        throw conflict(group, option, first, first.tuning[option], listener, listener.tuning[option]);
      }
    }
    if (first) agreed[option] = first.tuning[option];
  }
  return agreed;
}

function isSameValue(first: unknown, second: unknown): boolean {
  return first instanceof Date && second instanceof Date ? first.getTime() === second.getTime() : first === second;
}

function conflict(
  group: string,
  option: string,
  first: PlannedListener,
  firstValue: unknown,
  second: PlannedListener,
  secondValue: unknown,
): RocketMQOptionsError {
  return new RocketMQOptionsError(
    messages.modeConflict(group, option, first.name, String(firstValue), second.name, String(secondValue)),
  );
}
