import type { Destination } from './interfaces/vocabulary.js';

/**
 * Every sentence this library says to people, in one place: errors first, then logs.
 * A sentence says what is wrong, where, and what to write instead.
 */
export const messages = {
  // destinations and messages
  emptyTopic: (destination: Destination) => `the destination "${destination}" has no topic; write topic or topic:tag`,
  emptyTag: (destination: Destination) =>
    `the destination "${destination}" has an empty tag; leave the colon out to send without a tag`,
  severalTags: (destination: Destination) =>
    `the destination "${destination}" names several tags; a message has one, "a || b" belongs to a selectorExpression`,
  invalidTopic: (topic: string, problem: string) => `the topic "${topic}" cannot be sent to: ${problem}`,
  tagConflict: (destination: Destination, tag: string) =>
    `the destination "${destination}" and the header tag "${tag}" differ; give one of them`,
  noDefaultDestination: () => 'no destination was given and template.defaultDestination is not set',
  noPayload: () => 'the payload is null or undefined; send an empty object or a text instead',
  emptyBody: (destination: Destination) =>
    `the payload for "${destination}" is empty; RocketMQ stores no messages without a body`,
  reservedProperty: (name: string) =>
    `the property "${name}" is RocketMQ's own; use the option for it (keys, tag, delayLevel …) or another name`,
  badProperty: (name: string) =>
    `the property "${name}" contains a control character (U+0001 or U+0002) that separates properties`,
  badKey: (key: string) => `the key "${key}" is empty or contains spaces; spaces separate keys on the wire`,
  emptyBatch: () => '`messages` can not be empty',
  noConverter: (kind: string) => `no converter takes a payload of type ${kind}`,
  conversionFailed: (what: string, where: string) => `the body of ${where} cannot become ${what}`,
  schemaIssues: (issues: string) => `the payload does not fit its schema: ${issues}`,

  // sends
  severalDelays: () => 'give one of delayLevel, delay and deliverAt, not several',
  badDelayLevel: (level: number) => `the delay level ${level} does not exist; levels are 1 (1s) to 18 (2h)`,
  delayNotSupported: (millis: number) =>
    `a delay of ${millis} ms is not supported yet: only the 18 levels are (1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h)`,
  deliverAtNotSupported: () => 'delivery at a point in time (deliverAt) is not supported yet; use delayLevel',
  orderlyDelay: () => 'orderly sends take only delayLevel',
  badQueueIndex: (index: number, queues: number) =>
    `the queue selector answered ${index}, but there are ${queues} queues (0 to ${queues - 1})`,
  templateNotRunning: (name: string) =>
    `the template "${name}" is not running; it starts with the application (app.init or app.listen) and stops with app.close`,
  noProducer: (name: string) => `the template "${name}" cannot send: its connection has producer: false`,
  noPullConsumer: (name: string) =>
    `the template "${name}" cannot receive: give it the option pullConsumer { group, topic }`,

  // options
  noAddress: (connection: string) =>
    `the connection "${connection}" has neither nameServer ("host:9876") nor embedded: true; RocketMQModule.forRoot needs one`,
  twoAddresses: (connection: string) =>
    `the connection "${connection}" has both nameServer and embedded; give one of them`,
  badAddress: (connection: string, address: string) =>
    `the connection "${connection}" has the name server "${address}", which is not host:port`,
  duplicateConnection: (connection: string) =>
    `two RocketMQModule.forRoot share the name "${connection}"; give each a name of its own`,
  unknownConnection: (name: string, known: string) =>
    `there is no connection "${name}"; RocketMQModule.forRoot has made: ${known || 'none'}`,
  notSupportedYet: (option: string, where: string) => `${option} of ${where} is not supported yet`,
  badOption: (option: string, where: string, value: unknown, expected: string) =>
    `${option} of ${where} is ${JSON.stringify(value) ?? String(value)}; it must be ${expected}`,
  unresolvedPlaceholder: (key: string, option: string, where: string) =>
    `\${${key}} in ${option} of ${where} is not set and has no default; set it or write \${${key}:default}`,
  openPlaceholder: (text: string, option: string, where: string) =>
    `"${text}" in ${option} of ${where} has no closing brace`,

  // listeners
  notAListener: (name: string) =>
    `${name} has @RocketMQMessageListener but neither onMessage, onMessages nor a method with @RocketMQHandler`,
  twoListenerMethods: (name: string) => `${name} has both onMessage and onMessages; a listener has one of them`,
  requestScoped: (name: string) =>
    `${name} is request-scoped or transient; a listener lives as long as the application, so give it the default scope`,
  noTopic: (name: string) => `${name} listens to no topic; give topic or subscriptions`,
  noGroup: (name: string) => `${name} has no consumerGroup`,
  orderlyBroadcasting: (name: string) =>
    `${name} is ORDERLY and BROADCASTING; the broker keeps no order locks for broadcasting groups`,
  handlerWithoutListener: (name: string) =>
    `${name} has @RocketMQHandler methods but its class has no @RocketMQMessageListener`,
  topicTwice: (group: string, topic: string, first: string, second: string) =>
    `${first} and ${second} both listen to topic "${topic}" in group "${group}"; a message goes to one of them only: give one another group, or handle the tags in one class with @RocketMQHandler`,
  expressionConflict: (group: string, topic: string, first: string, second: string) =>
    `${first} and ${second} listen to topic "${topic}" in group "${group}" with different expressions; a group has one expression per topic: give one another group, or handle the tags in one class with @RocketMQHandler`,
  tagTwice: (group: string, topic: string, tag: string, first: string, second: string) =>
    `${first} and ${second} both handle tag "${tag}" of topic "${topic}" in group "${group}"`,
  modeConflict: (
    group: string,
    option: string,
    first: string,
    firstValue: string,
    second: string,
    secondValue: string,
  ) =>
    `${first} (${firstValue}) and ${second} (${secondValue}) differ in ${option}, but listeners of group "${group}" share one consumer; make them agree or give one another group`,
  startFailed: (group: string, topics: string, address: string) =>
    `the consumer of group "${group}" (${topics}) could not start at name server ${address}`,
  connectFailed: (connection: string, address: string) =>
    `the connection "${connection}" got no answer from name server ${address}`,
  drainTimeUp: (group: string) => `the listeners of group "${group}" are stopped, and their time to finish is up`,
  connectionStopped: (connection: string) => `the connection "${connection}" is stopped`,
  unknownContainer: (id: string) => `there is no listener container "${id}"`,

  // transport
  patternNotText: (pattern: string) =>
    `the pattern ${pattern} is not a text; RocketMQ's patterns are topic or topic:tag`,
  handlerMode: (pattern: string) => `the handler of "${pattern}" needs a consumerGroup`,
  patternTwice: (pattern: string) => `two @MessagePattern handlers answer "${pattern}"; a request has one answer`,

  // logs
  log: {
    embeddedStarted: 'a RocketMQ broker started in this process',
    connected: 'connected to RocketMQ',
    connectRetry: 'no connection to RocketMQ yet; trying again',
    listenerStarted: 'listening',
    listenerStopped: 'stopped listening',
    listenerDisabled: 'listener disabled',
    drainTimeout: 'stopped with handlers still running; their messages will be delivered again',
    handlerFailed: 'a handler failed',
    conversionFailed: 'a payload could not be converted',
    errorHandlerFailed: 'an errorHandler failed; the message is retried',
    notTriedAgain: 'message not consumed, it is not tried again (broadcasting)',
    noHandler: 'a message fits no handler of its group; it is retried',
    replyFailed: 'a reply could not be sent; the requester will time out',
    replyNotAsked: 'a reply listener got a message that asks for no reply',
    notSendOk: 'a message was stored, but less safely than asked',
    oneWayFailed: 'a one-way message was not sent',
    callbackFailed: 'a callback threw',
    hookFailed: 'a listener could not be tied to the application lifecycle; it starts early and stops late',
    stopFailed: 'something failed while stopping',
  },
} as const;
