/** Where RocketMQ's remarks send people; tools and users know the sentence. */
const FAQ = '\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.';

/** Remarks that clients and people look for, worded as RocketMQ words them. */
export const remarks = {
  messageIllegal: (maxMessageBytes: number) =>
    `the message is illegal, maybe msg body or properties length not matched. msg body length limit ${maxMessageBytes}B, msg properties length limit 32KB.`,
  noTimers: 'accurate timer message is not enabled, timerWheelEnable is false',
  topicNotExist: (topic: string) => `topic[${topic}] not exist, apply first please!${FAQ}`,
  groupNotExist: (group: string) => `subscription group [${group}] does not exist, ${FAQ}`,
  retryGroupNotExist: (group: string) => `subscription group not exist, ${group} ${FAQ}`,
  groupInfoNotExist: `the consumer's group info not exist${FAQ}`,
  subscriptionNotExist: `the consumer's subscription not exist${FAQ}`,
  pullConsumerRejected: `the consumer's group info not exist, or the pull consumer is rejected by server.${FAQ}`,
} as const;
