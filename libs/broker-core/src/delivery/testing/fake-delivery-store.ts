import type { MessageExt } from '../../protocol/message.js';
import { asCommitLogOffset, asQueueOffset } from '../../runtime/numbers.js';
import type { GetMessageRequest } from '../../store/get-message.js';
import { emptyPull, type GetMessageResult } from '../../store/get-message-result.js';
import { type PutMessage, type PutResult, type PutStatus, refusedPut } from '../../store/put-message.js';
import type { DeliveryStore, KeyQueryResult } from '../delivery-store.js';

/** A store that only counts: for specs of who decides what is stored. */
export class FakeDeliveryStore implements DeliveryStore {
  readonly put: PutMessage[] = [];
  readonly asked: GetMessageRequest[] = [];
  /** What puts come to; a spec may change it. */
  status: PutStatus = 'PUT_OK';
  /** What pulls find; a spec may change it. */
  found: GetMessageResult | Promise<GetMessageResult> = emptyPull('OFFSET_OVERFLOW_ONE', 0, 0, 0);
  message: MessageExt | undefined;
  /** Where puts end up when a hook turns them aside; a spec may set it. */
  turnedAside: { readonly topic: string; readonly queueId: number } | undefined;
  maxOffset = 0;

  putMessage(message: PutMessage): Promise<PutResult> {
    return this.putMessages([message]);
  }

  async putMessages(batch: readonly PutMessage[]): Promise<PutResult> {
    if (!/^(PUT_OK|FLUSH|SLAVE)/.test(this.status)) return refusedPut(this.status, 'refused');
    this.put.push(...batch);
    return {
      status: this.status,
      topic: this.turnedAside?.topic ?? batch[0]!.topic,
      queueId: this.turnedAside?.queueId ?? batch[0]!.queueId,
      queueOffset: asQueueOffset(this.put.length - batch.length),
      commitLogOffset: asCommitLogOffset(0),
      sizeBytes: 100,
      storeTimestamp: 1,
      offsetMsgId: batch.map(() => 'OFFSETID').join(),
    };
  }

  getMessage(request: GetMessageRequest): GetMessageResult | Promise<GetMessageResult> {
    this.asked.push(request);
    return this.found;
  }

  minQueueOffset(): number {
    return 0;
  }

  maxQueueOffset(): number {
    return this.maxOffset;
  }

  async offsetByTime(): Promise<number> {
    return 0;
  }

  async storeTimestampOf(): Promise<number> {
    return -1;
  }

  async lookMessageByOffset(): Promise<MessageExt | undefined> {
    return this.message;
  }

  async selectRecord(): Promise<Buffer | undefined> {
    return undefined;
  }

  async queryByKey(): Promise<KeyQueryResult> {
    return { records: [], indexLastUpdateTimestamp: 0, indexLastUpdatePhyoffset: 0 };
  }
}
