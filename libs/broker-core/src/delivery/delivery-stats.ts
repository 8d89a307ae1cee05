/** What delivery tells whoever counts. Called for every message, so it must be cheap. admin/BrokerStats implements it. */
export interface DeliveryStats {
  /** `count` messages of `bytes` in all were stored. */
  topicPut(topic: string, queueId: number, count: number, bytes: number): void;
  /** `count` messages of `bytes` in all went to a consumer. */
  groupGet(group: string, topic: string, queueId: number, count: number, bytes: number): void;
  /** A consumer gave a message back. */
  sendBack(group: string, topic: string): void;
}

/** Counts nothing. */
export const noStats: DeliveryStats = { topicPut() {}, groupGet() {}, sendBack() {} };
