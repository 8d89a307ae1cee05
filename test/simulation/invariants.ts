import { decodeMessages } from '../../libs/broker-core/src/protocol/message-record.js';
import type { MessageExt } from '../../libs/broker-core/src/protocol/message.js';
import type { MessageStore } from '../../libs/broker-core/src/store/message-store.js';
import type { FoundMessage, Model, SentMessage } from './model.js';

export interface QueueName {
  readonly topic: string;
  readonly queueId: number;
}

/** Fails a run; the runner adds the seed. */
export function check(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}

/** Reads a queue from its beginning to its end, as a consumer would. */
export async function readQueue(store: MessageStore, { topic, queueId }: QueueName): Promise<MessageExt[]> {
  const messages: MessageExt[] = [];
  const maxOffset = store.maxQueueOffset(topic, queueId);
  let next: number = store.minQueueOffset(topic, queueId);
  while (next < maxOffset) {
    const result = await store.getMessage({ topic, queueId, queueOffset: next, maxMsgNums: 7 });
    check(result.status === 'FOUND', `${topic}/${queueId} at ${next} of ${maxOffset} answered ${result.status}`);
    check(result.nextBeginOffset > next, `${topic}/${queueId} does not go on behind ${next}`);
    messages.push(...decodeMessages(Buffer.concat(result.chunks as Buffer[])));
    next = result.nextBeginOffset;
  }
  return messages;
}

/**
 * What must hold of a store whenever it is open: queue offsets without holes, each message once and as it was sent,
 * entry and record pointing at each other, and everything there that was promised to `least`.
 */
export async function checkQueues(
  store: MessageStore,
  model: Model,
  queues: readonly QueueName[],
  least: 'written' | 'durable',
): Promise<Map<string, FoundMessage>> {
  const found = new Map<string, FoundMessage>();
  // What is promised while this reads may have come too late for it to be seen.
  const owed = model.promised(least);
  for (const queue of queues) {
    const place = `${queue.topic}/${queue.queueId}`;
    const messages = await readQueue(store, queue);
    let expected: number = store.minQueueOffset(queue.topic, queue.queueId);
    for (const message of messages) {
      checkMessage(message, model, queue, expected, found, place);
      expected++;
    }
  }
  for (const message of owed) checkOwed(message, found);
  return found;
}

function checkMessage(
  message: MessageExt,
  model: Model,
  { topic, queueId }: QueueName,
  expected: number,
  found: Map<string, FoundMessage>,
  place: string,
): void {
  const id = message.body.toString('latin1').split('.')[0]!;
  const { queueOffset, commitLogOffset } = message;
  const sent = model.sent.get(id);
  check(queueOffset === expected, `${place} has ${id} with queueOffset ${queueOffset} where ${expected} is expected`);
  check(sent, `${place} has ${id}, which was never sent or had vanished before`);
  check(sent.topic === topic && sent.queueId === queueId, `${place} has ${id} of ${sent.topic}/${sent.queueId}`);
  check(message.body.equals(sent.body), `${place} has ${id} with another body`);
  check(!found.has(id), `${place} has ${id} twice`);
  found.set(id, { id, queueOffset, commitLogOffset });
}

function checkOwed(owed: SentMessage, found: ReadonlyMap<string, FoundMessage>): void {
  const now = found.get(owed.id);
  const place = `${owed.topic}/${owed.queueId}`;
  check(now, `${place} lost ${owed.id}, which was ${owed.promised} at queueOffset ${owed.queueOffset}`);
  check(
    now.queueOffset === owed.queueOffset,
    `${place} moved ${owed.id} from ${owed.queueOffset} to ${now.queueOffset}`,
  );
  check(now.commitLogOffset === owed.commitLogOffset, `${place} moved ${owed.id} in the log`);
}

/** What is lost is always the end of the log: nothing acknowledged is missing before something acknowledged that is there. */
export function checkOrder(model: Model, found: ReadonlyMap<string, FoundMessage>): void {
  const acknowledged = model.promised('written');
  const end = Math.max(
    -1,
    ...acknowledged.filter(({ id }) => found.has(id)).map(({ commitLogOffset }) => commitLogOffset),
  );
  const lost = acknowledged.find(({ id, commitLogOffset }) => !found.has(id) && commitLogOffset < end);
  check(!lost, `${lost?.id} is lost, and a later message at ${end} is not`);
}

/** Every message that has a key is found by it. */
export async function checkKeys(store: MessageStore, model: Model, ids: Iterable<string>): Promise<void> {
  for (const id of ids) {
    const message = model.sent.get(id);
    if (message?.key === undefined) continue;
    const { records } = await store.queryByKey(message.topic, message.key, 32, 0, Number.MAX_SAFE_INTEGER);
    const bodies = records.flatMap((record) => decodeMessages(record)).map(({ body }) => body.toString('latin1'));
    check(
      bodies.some((body) => body.startsWith(`${id}.`)),
      `${id} is not found by its key ${message.key}`,
    );
  }
}
