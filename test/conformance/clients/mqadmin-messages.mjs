/** @typedef {import('./mqadmin-steps.mjs').Step} Step */

/**
 * Commands about messages: find, show, send, consume, and go back to them.
 *
 * @type {Step[]}
 */
export const messageSteps = [
  {
    name: 'queryMsgById',
    words: (f) => ['queryMsgById', '-t', f.topic, '-i', f.offsetMsgId],
    shows: (f) => [...messageDetails(f), new RegExp(`^OffsetID: +${f.offsetMsgId}`, 'm'), trackOf(f)],
  },
  {
    name: 'queryMsgById -g -d',
    words: (f) => ['queryMsgById', '-t', f.topic, '-i', f.offsetMsgId, '-g', f.group, '-d', f.clientId],
    shows: () => ['consumeResult=CR_SUCCESS'],
  },
  {
    name: 'queryMsgByUniqueKey',
    words: (f) => ['queryMsgByUniqueKey', '-t', f.topic, '-i', f.msgId],
    shows: (f) => [...messageDetails(f), trackOf(f)],
  },
  {
    name: 'queryMsgByKey',
    words: (f) => ['queryMsgByKey', '-t', f.topic, '-k', 'key0'],
    shows: (f) => [/#Message ID +#QID +#Offset/, new RegExp(`^${f.msgId} +${f.queueId} +0 `, 'm')],
  },
  {
    name: 'queryMsgByOffset',
    words: (f, at) => ['queryMsgByOffset', '-t', f.topic, '-b', at.name, '-i', f.queueId, '-o', '0'],
    shows: messageDetails,
  },
  {
    name: 'queryMsgTraceById',
    words: (f) => ['queryMsgTraceById', '-i', f.tracedMsgId],
    shows: () => [/#Type +#ProducerGroup +#ClientHost +#SendTime +#CostTimes +#Status/, /^Pub .* success *$/m],
  },
  {
    name: 'printMsg',
    words: (f) => ['printMsg', '-t', f.topic, '-d', 'true'],
    shows: () => Array.from({ length: 12 }, (_, i) => `BODY: fixture body ${i}`),
  },
  {
    name: 'printMsgByQueue',
    words: (f, at) => ['printMsgByQueue', '-t', f.topic, '-a', at.name, '-i', f.queueId, '-p', 'true', '-d', 'true'],
    shows: (f) => [`MSGID: ${f.msgId}`, 'BODY: fixture body 0'],
  },
  {
    name: 'queryCq',
    words: (f) => ['queryCq', '-t', f.topic, '-q', f.queueId, '-i', '0', '-c', '2'],
    shows: () => [/max: 3, min: 0/, /idx: 0/, /physicOffset=\d+, physicSize=\d+, tagsCode=-?\d+/],
  },
  {
    name: 'sendMessage',
    words: (f) => ['sendMessage', '-t', f.topic, '-p', 'by mqadmin', '-k', 'adminkey', '-c', 'Even'],
    shows: (_f, at) => [
      /#Broker Name +#QID +#Send Result +#MsgId/,
      new RegExp(`^${at.name} +\\d +SEND_OK +[0-9A-F]{32}`, 'm'),
    ],
  },
  {
    name: 'consumeMessage',
    words: (f) => ['consumeMessage', '-t', f.topic],
    shows: () => ['Consume ok', 'BODY: fixture body 11', 'BODY: by mqadmin'],
  },
  {
    name: 'consumeMessage -b -i -o -c',
    words: (f, at) => ['consumeMessage', '-t', f.topic, '-b', at.name, '-i', f.queueId, '-o', '0', '-c', '2'],
    shows: () => ['Consume ok', 'BODY: fixture body 0'],
  },
  {
    name: 'resetOffsetByTime',
    words: (f) => ['resetOffsetByTime', '-g', f.group, '-t', f.topic, '-s', String(Date.now() - 3_600_000)],
    shows: (_f, at) => [
      /#brokerName +#queueId +#offset/,
      ...[0, 1, 2, 3].map((queue) => new RegExp(`^${at.name} +${queue} +0 *$`, 'm')),
    ],
  },
  {
    name: 'skipAccumulatedMessage',
    words: (f) => ['skipAccumulatedMessage', '-g', f.group, '-t', f.topic],
    shows: (_f, at) => [/#brokerName +#queueId +#offset/, new RegExp(`^${at.name} +0 +[34] *$`, 'm')],
  },
];

/** @param {Fixture} f */
function messageDetails(f) {
  return [
    new RegExp(`^Topic: +${f.topic}$`, 'm'),
    /^Tags: +\[Even\]$/m,
    /^Keys: +\[key0\]$/m,
    new RegExp(`^Queue ID: +${f.queueId}$`, 'm'),
    /^Queue Offset: +0$/m,
    /^CommitLog Offset: +\d+$/m,
    /^Reconsume Times: +0$/m,
    /^Born Timestamp: +\d{4}-/m,
    new RegExp(`UNIQ_KEY=${f.msgId}`),
  ];
}

/** @param {Fixture} f */
const trackOf = (f) => new RegExp(`MessageTrack \\[consumerGroup=${f.group}, trackType=CONSUMED`);
