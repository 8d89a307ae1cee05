#!/usr/bin/env node
// How fast our own client is, against any RocketMQ: sends, then consumes what it sent.
//
//   node bench/load/client.mjs --name-server 127.0.0.1:9876 [--in-flight 64] [--seconds 5] [--bytes 1024] [--batch 1]
//
// Prints one JSON line: messages a second, p50/p99 of a send in ms, and CPU of this process for one message in µs.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { DefaultMQProducer, DefaultMQPushConsumer, Message } = await import(
  process.env['ROCKETMQ_CLIENT'] ?? 'rocketmq-broker-core/client'
);

const { values } = parseArgs({
  options: {
    'name-server': { type: 'string', default: '127.0.0.1:9876' },
    'in-flight': { type: 'string', default: '64' },
    seconds: { type: 'string', default: '5' },
    bytes: { type: 'string', default: '1024' },
    batch: { type: 'string', default: '1' },
  },
});
const namesrvAddr = values['name-server'];
const inFlight = Number(values['in-flight']);
const topic = `BENCH_CLIENT_${Date.now().toString(36)}`;
const body = Buffer.alloc(Number(values.bytes), 'x');
const WARM_UP_SECONDS = 2;

/** Runs `work` and says what it cost this process. @param {() => Promise<number>} work */
async function measured(work) {
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  const messages = await work();
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    perSecond: Math.round(messages / seconds),
    cpuMicros: Number(((user + system) / messages).toFixed(2)),
    messages,
  };
}

/** @param {InstanceType<typeof DefaultMQProducer>} producer @param {number} seconds */
async function send(producer, seconds) {
  const latencies = [];
  const until = performance.now() + seconds * 1000;
  const lane = async () => {
    for (let began = performance.now(); began < until; ) {
      await producer.send(new Message(topic, body));
      const ended = performance.now();
      latencies.push(ended - began);
      began = ended;
    }
  };
  const cost = await measured(async () => {
    await Promise.all(Array.from({ length: inFlight }, lane));
    return latencies.length;
  });
  latencies.sort((left, right) => left - right);
  const at = (/** @type {number} */ share) => Number(latencies[Math.floor((latencies.length - 1) * share)].toFixed(3));
  return { ...cost, p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}

/** Everything sent, from the first message on. @param {number} wanted */
async function consume(wanted) {
  const consumer = new DefaultMQPushConsumer(`${topic}_group`, {
    namesrvAddr,
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    consumeMessageBatchMaxSize: Number(values.batch),
  });
  let received = 0;
  consumer.subscribe(topic);
  consumer.registerMessageListener((/** @type {readonly unknown[]} */ messages) => {
    received += messages.length;
    return 'CONSUME_SUCCESS';
  });
  const cost = await measured(async () => {
    await consumer.start();
    for (let idle = 0, last = -1; received < wanted && idle < 500; last = received) {
      await sleep(10);
      idle = received === last ? idle + 1 : 0;
    }
    return received;
  });
  await consumer.shutdown();
  return cost;
}

const producer = new DefaultMQProducer('BENCH_CLIENT', { namesrvAddr });
await producer.start();
const warm = await send(producer, WARM_UP_SECONDS);
const sent = await send(producer, Number(values.seconds));
await producer.shutdown();
const consumed = await consume(warm.messages + sent.messages);
console.log(JSON.stringify({ node: process.version, inFlight, bytes: body.length, sent, consumed }));
