import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import {
  decodeMessages,
  type ExtFields,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  createRequest,
} from 'rocketmq-broker-core';
import { pullFields } from '../support/speak-to.js';
import { useBroker } from '../support/use-broker.js';

const pagePath = resolve(import.meta.dirname, '../../docs/compatibility.md');
const page = readFileSync(pagePath, 'utf8');
const broker = useBroker();

/** Cells of the table under a heading, without its head. */
function tableUnder(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const STATES = ['yes', 'partly', 'not yet', '—'];
const codeRows = tableUnder('Request codes').map(([code, name, onBroker, onNameServer, note, proof]) => ({
  code: Number(code),
  name,
  onBroker,
  onNameServer,
  note,
  proof,
}));

/** The runs of mqadmin in one file of the conformance run; their names begin with the command. */
const stepsIn = (file: string) =>
  import(`../conformance/clients/${file}.mjs`) as Promise<Partial<Record<string, readonly { name: string }[]>>>;

const isServed = (state: string | undefined) => state === 'yes' || state === 'partly';

describe('the page of compatibility', () => {
  it('has a row for every request code, under its name, and none besides', () => {
    expect(codeRows.map(({ code, name }) => [name, code])).toEqual(Object.entries(RequestCode));
    for (const { onBroker, onNameServer } of codeRows) {
      expect(STATES).toContain(onBroker);
      expect(STATES).toContain(onNameServer);
    }
  });

  it('says what is missing where only a part is there, and names a proof everywhere', () => {
    for (const { code, onBroker, onNameServer, note, proof } of codeRows) {
      if (onBroker === 'partly' || onNameServer === 'partly') expect({ code, note }).not.toEqual({ code, note: '' });
      expect({ code, proof }).toEqual({ code, proof: expect.stringMatching(/^\[\w+\]/) });
    }
  });

  it('proves what is served by a spec that asks for the code', () => {
    const targets = new Map(
      [...page.matchAll(/^\[(\w+)\]: (\S+)$/gm)].map(([, name = '', target = '']) => [name, target]),
    );
    const textOf = (name: string) => readFileSync(resolve(dirname(pagePath), targets.get(name) ?? ''), 'utf8');
    for (const { name, onBroker, onNameServer, proof = '' } of codeRows) {
      if (!isServed(onBroker) && !isServed(onNameServer)) continue;
      const links = [...proof.matchAll(/\[(\w+)\]/g)].map(([, link = '']) => link);
      const specs = links.filter((link) => targets.get(link)?.endsWith('.spec.ts'));
      const isNamed = specs.some((link) => new RegExp(`RequestCode\\.${name}\\b`).test(textOf(link)));
      expect({ name, specs, isNamed }).toEqual({ name, specs: expect.anything(), isNamed: true });
    }
  });

  it('links to files that are there', () => {
    const targets = [...page.matchAll(/(?:\]\(|^\[\w+\]: )([^)\s#]+)/gm)].map((match) => match[1] ?? '');
    const local = targets.filter((target) => target !== '' && !target.includes('://'));
    expect(local.filter((target) => !existsSync(resolve(dirname(pagePath), target)))).toEqual([]);
    const defined = new Set([...page.matchAll(/^\[(\w+)\]: /gm)].map((match) => match[1]));
    const used = [...page.matchAll(/\[(\w+)\](?![(:])/g)].map((match) => match[1]);
    expect(used.filter((name) => !defined.has(name))).toEqual([]);
  });

  it('lists exactly the commands of mqadmin that conformance runs, as served or refused there', async () => {
    const [served = [], refused = []] = tableUnder('mqadmin').map(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''),
    );
    const { steps } = await stepsIn('mqadmin-steps');
    const { fileSteps } = await stepsIn('mqadmin-files');
    const { refusals = [] } = await stepsIn('mqadmin-refusals');
    const commandsOf = (list: readonly { name: string }[]) => new Set(list.map(({ name }) => name.split(' ')[0] ?? ''));
    const running = commandsOf([...(steps ?? []), ...(fileSteps ?? [])]);
    expect(new Set(served)).toEqual(running);
    expect(new Set(refused)).toEqual(new Set([...commandsOf(refusals)].filter((name) => !running.has(name))));
  });

  it('counts the scenarios of each client as they are', async () => {
    const { steps = [] } = await stepsIn('mqadmin-steps');
    const { fileSteps = [] } = await stepsIn('mqadmin-files');
    const { refusals = [] } = await stepsIn('mqadmin-refusals');
    const count = (file: string, one: RegExp) =>
      [...readFileSync(resolve(import.meta.dirname, '../conformance', file), 'utf8').matchAll(one)].length;
    const found = {
      java: count('java/src/main/java/conformance/Scenarios.java', /all\.put\(/g),
      go: count('go/main.go', /^\s+\{"[\w-]+", \w+\},$/gm),
      typescript: count('typescript/scenarios.mjs', /^ {2}\['[\w-]+', /gm),
      cpp: count('cpp/scenarios.py', /^ {4}'[a-z-]+': \w+,$/gm),
      aliOns: count('ali-ons/scenarios.mjs', /^ {2}\['[\w-]+', /gm),
      mqadmin: [steps.length + fileSteps.length + 1, refusals.length],
    };
    const said = new Map(tableUnder('Clients tested').map(([client = '', runs = '']) => [client, runs]));
    const numbersOf = (client: string) => [...(said.get(client) ?? '').matchAll(/\d+/g)].map(([text]) => Number(text));
    expect({
      java: numbersOf('Java `rocketmq-client` 5.5.0, JSON headers')[0],
      go: numbersOf('Go `rocketmq-client-go/v2` 2.1.2')[0],
      typescript: numbersOf('our own client')[0],
      cpp: numbersOf('C++ `rocketmq-client-cpp`, in the Python package `rocketmq` 0.4.4')[0],
      aliOns: numbersOf("npm package `ali-ons` 3.12.0, which is not Apache's")[0],
      mqadmin: numbersOf('`mqadmin` 5.5.0'),
    }).toEqual(found);
  });

  it('counts what the dashboard is asked as it is', async () => {
    const stepsOf = async (part: string): Promise<{ path: string }[]> => {
      const file = (await import(`../conformance/dashboard/${part}.mjs`)) as Record<string, (world: object) => []>;
      return file[part]?.({ sent: [], dead: [], began: 0 }) ?? [];
    };
    const steps = (await Promise.all(['before', 'during', 'after'].map(stepsOf))).flat();
    const endPoints = new Set(steps.map(({ path }) => path)).size;
    const [row] = tableUnder('Clients tested').filter(([client]) => client?.includes('dashboard'));
    expect(row?.[1]).toContain(`all ${endPoints} end points`);
    const said = /was asked (\d+) times at all (\d+) of its end points/.exec(page)?.slice(1).map(Number);
    expect(said).toEqual([steps.length, endPoints]);
  });

  it('says that the codes of the dashboard are served', () => {
    const paragraph = page.split('### Apache’s dashboard')[1]?.split(' all of which')[0] ?? '';
    const codes = [...paragraph.matchAll(/\b\d+\b/g)].map(([text]) => Number(text));
    const served = codeRows.filter(({ onBroker, onNameServer }) => isServed(onBroker) || isServed(onNameServer));
    expect(codes.length).toBeGreaterThan(20);
    expect(served.map(({ code }) => code)).toEqual(expect.arrayContaining(codes));
  });
});

describe('a request code', () => {
  const ask = (address: string, code: number) => broker.client.invoke(address, createRequest(code), 30_000);

  it('is answered "not supported" by the broker exactly if the page says that it is not served there', async () => {
    for (const { code, name, onBroker } of codeRows) {
      const answer = await ask(broker.brokerAddress, code);
      const isKnown = answer.code !== ResponseCode.REQUEST_CODE_NOT_SUPPORTED;
      expect({ name, isKnown, remark: answer.remark }).toMatchObject({ name, isKnown: isServed(onBroker) });
    }
  });

  it('is answered "not supported" by the name server exactly if the page says that it is not served there', async () => {
    for (const { code, name, onNameServer } of codeRows) {
      const answer = await ask(broker.nameServerAddress, code);
      const isKnown = answer.code !== ResponseCode.REQUEST_CODE_NOT_SUPPORTED;
      expect({ name, isKnown, remark: answer.remark }).toMatchObject({ name, isKnown: isServed(onNameServer) });
    }
  });
});

/** How each row of the table of refusals is provoked. */
const attempts: Readonly<Record<string, () => Promise<RemotingCommand>>> = {
  'half message': () => sendWith('TRAN_MSG', 'true'),
  'timer message': () => sendWith('TIMER_DELAY_SEC', '5'),
  'SQL92, checked': () =>
    withBody(RequestCode.CHECK_CLIENT_CONFIG, {
      clientId: 'c',
      group: 'g',
      subscriptionData: { topic: 'T', subString: 'a > 1', expressionType: 'SQL92' },
    }),
  'SQL92, pulled': async () => {
    await sendWith('TAGS', 'a');
    const fields = pullFields('Refusals', 0, { group: 'g', expression: 'a > 1' });
    return broker.call(RequestCode.PULL_MESSAGE, { ...fields, expressionType: 'SQL92' });
  },
  'POP as a group’s mode': async () => {
    await sendWith('TAGS', 'a');
    await withBody(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, { groupName: 'PopGroup' });
    return withBody(RequestCode.SET_MESSAGE_REQUEST_MODE, {
      ...{ topic: 'Refusals', consumerGroup: 'PopGroup', mode: 'POP', popShareQueueNum: 0 },
    });
  },
  'topic in batch queues': () => makeTopic('+queue.type=BatchCQ'),
  'compacted topic': () => makeTopic('+cleanup.policy=COMPACTION'),
  'a path changed at run time': () =>
    broker.call(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from('storePathRootDir=/tmp/x')),
  'any other code': () => broker.call(99999),
};

const withBody = (code: number, body: object) => broker.call(code, {}, Buffer.from(JSON.stringify(body)));

function sendWith(property: string, value: string, topic = 'Refusals'): Promise<RemotingCommand> {
  const fields: ExtFields = {
    ...{ producerGroup: 'p', topic, defaultTopic: 'TBW102', defaultTopicQueueNums: '1', queueId: '0' },
    ...{ sysFlag: '0', bornTimestamp: String(Date.now()), flag: '0', properties: `${property}\u0001${value}\u0002` },
  };
  return broker.call(RequestCode.SEND_MESSAGE, fields, Buffer.from('body'));
}

const makeTopic = (attributes: string) =>
  broker.call(RequestCode.UPDATE_AND_CREATE_TOPIC, {
    ...{ topic: 'Attributed', defaultTopic: 'TBW102', readQueueNums: '1', writeQueueNums: '1', perm: '6' },
    ...{ topicFilterType: 'SINGLE_TAG', order: 'false', attributes },
  });

describe('what is refused', () => {
  const rows = tableUnder('What is refused, and how');

  it('is all provoked here', () => {
    expect(rows.map(([what]) => what).sort()).toEqual(Object.keys(attempts).sort());
  });

  it.each(rows)('is refused as the page says: %s', async (what = '', _how = '', wanted = '', begins = '') => {
    const answer = await attempts[what]?.();
    const remark = begins.replaceAll('`', '').replace(/^· /, '');
    expect(`${nameOf(answer?.code)} (${answer?.code})`).toBe(wanted);
    expect(answer?.remark?.trim().startsWith(remark.trim()) ? remark : answer?.remark).toBe(remark);
  });
});

describe('a namespace', () => {
  it('is a prefix of topic and group, and theirs alone', async () => {
    expect((await sendWith('TAGS', 'a', 'space%Topic')).code).toBe(ResponseCode.SUCCESS);
    await sendWith('TAGS', 'a', 'Topic');
    const fields = pullFields('space%Topic', 0, { group: 'space%group' });
    const answer = await broker.call(RequestCode.PULL_MESSAGE, fields);
    expect(decodeMessages(answer.body ?? Buffer.alloc(0)).map(({ topic }) => topic)).toEqual(['space%Topic']);
  });
});

describe('a client that wants TLS', () => {
  it.each(['broker', 'name server'])('finds its connection to the %s closed at its first bytes', async (which) => {
    const address = which === 'broker' ? broker.brokerAddress : broker.nameServerAddress;
    const [host = '', port = ''] = address.split(':');
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
    const end = await new Promise((resolve) => socket.once('error', resolve).once('secureConnect', resolve));
    expect(end).toMatchObject({ code: 'ECONNRESET' });
    socket.destroy();
    expect((await broker.call(RequestCode.GET_BROKER_CONFIG)).code).toBe(ResponseCode.SUCCESS);
  });
});

const nameOf = (code: number | undefined) => Object.entries(ResponseCode).find(([, number]) => number === code)?.[0];
