import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { RocketMQConnection } from 'rocketmq-nest';
import { AppModule } from '../../apps/demo/src/app.module.js';
import { judge } from '../../apps/demo/src/console/outcome.js';
import { Journal } from '../../apps/demo/src/journal/journal.js';
import { MESSAGE_KINDS, type MessageKind } from '../../apps/demo/src/message/message-kind.js';

const root = join(import.meta.dirname, '..', '..');

/** Runs the built demo as a user does; answers its exit code and what it printed. */
async function runDemo(...args: string[]): Promise<{ code: number | null; output: string }> {
  const demo = spawn(process.execPath, [join(root, 'apps/demo/bin/demo.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [demo.stdout, demo.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => demo.on('close', resolve));
  return { code, output };
}

const whenBuilt = existsSync(join(root, 'apps/demo/dist/main.js')) ? it : it.skip;

describe('npm run demo', () => {
  whenBuilt('sends ten messages, sees them all arrive and two of them answered, and exits 0', async () => {
    const { code, output } = await runDemo();
    expect(output).toContain('10 messages sent, 10 received, 2 replies');
    expect(output).not.toContain('\u001b[3');
    expect(output).not.toMatch(/WARN|ERROR|✗/);
    expect(code).toBe(0);
  });

  whenBuilt('says why and exits 1 when there is no name server', async () => {
    const { code, output } = await runDemo('--name-server', '127.0.0.1:1');
    expect(output).toContain('got no answer from name server 127.0.0.1:1');
    expect(code).toBe(1);
  });
});

describe('the demo as an application', () => {
  let app: NestFastifyApplication;
  let url = '';
  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(
      AppModule.forOptions({ nameServer: undefined }),
      new FastifyAdapter({ forceCloseConnections: true }),
      { logger: ['error', 'warn'], abortOnError: false },
    );
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  it('serves a page that fetches nothing from elsewhere', async () => {
    const page = await (await fetch(url)).text();
    expect(page).toContain('<title>RocketMQ for Node · demo</title>');
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
    expect(app.get(RocketMQConnection).addressText).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it('sends one kind at the press of a button, and tells of it by server-sent events', async () => {
    const stop = new AbortController();
    const events = await fetch(`${url}/events`, { signal: stop.signal });
    expect((await fetch(`${url}/message/send/ext`, { method: 'POST' })).status).toBe(201);
    expect((await fetch(`${url}/message/send/nothing`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${url}/message/say?text=`, { method: 'POST' })).status).toBe(400);
    let told = '';
    for await (const chunk of events.body as unknown as AsyncIterable<Uint8Array>) {
      told += Buffer.from(chunk).toString();
      if (told.split('"happening":"received"').length > 2) break;
    }
    stop.abort();
    expect(told).toContain('"tag":"tag1"');
  });

  it('hears every kind from GET /message/send', async () => {
    const journal = app.get(Journal);
    const kinds = app.get<readonly MessageKind[]>(MESSAGE_KINDS);
    expect(await (await fetch(`${url}/message/send`)).text()).toBe('ok');
    await new Promise<void>((resolve) => {
      const news = journal.news.subscribe(look);
      function look() {
        if (judge(kinds, journal.entries).problems.length === 0) resolve(news?.unsubscribe());
      }
      look();
    });
  });
});
