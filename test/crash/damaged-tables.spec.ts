import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createBroker, createRequest, defaultBrokerConfig, RequestCode } from 'rocketmq-broker-core';
import { CollectingLogger } from '../support/collecting-logger.js';
import { patientClient } from '../support/patient-client.js';
import { sendFields } from '../support/speak-to.js';
import { useDirectory } from '../support/use-directory.js';

const TABLES = ['topics', 'subscriptionGroup', 'consumerOffset', 'delayOffset', 'messageRequestMode'];

const directory = useDirectory();

function build() {
  const config = defaultBrokerConfig({
    identity: { brokerName: 'b', advertisedHost: '127.0.0.1' },
    network: { host: '127.0.0.1', port: 0 },
    // A busy machine is no reason to refuse.
    delivery: { sendMayWaitMs: 60_000 },
    store: { rootDirectory: directory.path, commitLogFileBytes: 1 << 20, maxHashSlotNum: 1000, maxIndexNum: 4000 },
  });
  return createBroker(config, { logger: new CollectingLogger() });
}

/** Every file of config/ with its bytes. */
function tables(): Record<string, string> {
  const config = join(directory.path, 'config');
  return Object.fromEntries(readdirSync(config).map((name) => [name, readFileSync(join(config, name), 'latin1')]));
}

/** A broker that has a topic and a group, stopped cleanly. */
async function leaveBroker(): Promise<void> {
  const broker = build();
  const { address } = await broker.start();
  await sendTo(address, 'T');
  await broker.shutdown();
}

async function sendTo(address: string, topic: string): Promise<void> {
  const client = patientClient();
  await client.invoke(
    address,
    createRequest(RequestCode.SEND_MESSAGE_V2, sendFields(topic, 0), Buffer.from('x')),
    30_000,
  );
  await client.shutdown();
}

describe('a broker whose tables are damaged', () => {
  it.each(TABLES)('does not start with %s.json and its .bak torn, and touches nothing', async (name) => {
    await leaveBroker();
    for (const file of [`${name}.json`, `${name}.json.bak`]) {
      writeFileSync(join(directory.path, 'config', file), '{"half":');
    }
    const before = tables();
    await expect(build().start()).rejects.toThrow(new RegExp(`${name}\\.json is not JSON.*move it and its .bak away`));
    expect(tables()).toEqual(before);
  });

  it('starts with what was saved before when one file is torn', async () => {
    await leaveBroker();
    const topics = join(directory.path, 'config', 'topics.json');
    writeFileSync(`${topics}.bak`, readFileSync(topics));
    writeFileSync(topics, '\0'.repeat(512));
    const broker = build();
    const { address } = await broker.start();
    await sendTo(address, 'U');
    await broker.shutdown();
    const { topicConfigTable } = JSON.parse(readFileSync(topics, 'utf8'));
    expect(Object.keys(topicConfigTable)).toEqual(expect.arrayContaining(['T', 'U']));
  });
});
