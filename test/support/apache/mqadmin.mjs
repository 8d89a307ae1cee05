import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { apacheClassPath } from './fetch.mjs';
import { javaCommand, run } from './processes.mjs';

/**
 * Apache's mqadmin as a process of its own, as its shell script starts it.
 *
 * @param {string} nameServerAddr
 * @param {string[]} args the command and its flags, without -n
 */
export async function mqadmin(nameServerAddr, args) {
  const classPath = await apacheClassPath();
  const home = await mkdtemp(join(tmpdir(), 'rocketmq-mqadmin-'));
  try {
    return await run(
      javaCommand(),
      [
        '-Xmx256m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        `-Duser.home=${home}`,
        `-Drocketmq.home.dir=${home}`,
        `-Dconformance.log=${join(home, 'mqadmin.log')}`,
        '-cp',
        classPath,
        'org.apache.rocketmq.tools.command.MQAdminStartup',
        ...args,
        '-n',
        nameServerAddr,
      ],
      { timeoutMs: 60_000 },
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
