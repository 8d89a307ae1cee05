// Prints docs/configuration.md from the tables of keys; with --check, says whether the page still agrees with them.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerKeys, nameServerKeys, noEffectGroups } from 'rocketmq-broker-core';

const page = join(import.meta.dirname, '..', 'docs', 'configuration.md');

const slices = {
  identity: 'Who the broker is',
  network: 'Sockets',
  cluster: 'Name servers',
  store: 'Files',
  topics: 'Topics',
  consumers: 'Consumers and offsets',
  delivery: 'Sending and pulling',
  schedule: 'Delayed messages',
  admin: 'Operators',
};

const machineDefaults = {
  brokerName: 'host name',
  brokerIP1: 'detected',
  brokerIP2: 'brokerIP1',
  storePathRootDir: '~/store',
  storePathCommitLog: 'storePathRootDir/commitlog',
  namesrvAddr: 'NAMESRV_ADDR',
  kvConfigPath: '~/namesrv/kvConfig.json',
};

const escapeCell = (text) => text.replaceAll('|', '\\|');

function tableOf(keys) {
  const rows = Object.values(keys).map((key) => {
    const standard = machineDefaults[key.name] ?? `\`${key.print(key.default)}\``;
    const formerly = key.formerly ? ` Formerly ${key.formerly.map((name) => `\`${name}\``).join(', ')}.` : '';
    return `| \`${key.name}\` | ${standard} | ${escapeCell(key.allowed)} | ${key.effect === 'live' ? 'at once' : 'at start'} | ${escapeCell(key.about)}${formerly} |`;
  });
  return ['| key | default | may be | counts | what it does |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function withoutEffect() {
  return noEffectGroups
    .map(({ why, keys }) => {
      const names = keys
        .trim()
        .split(/\s+/)
        .map((word) => `\`${word.slice(0, word.indexOf('='))}\``);
      return `**${why}** ${names.join(' ')}`;
    })
    .join('\n\n');
}

const text = `# Configuration

<!-- Printed by \`npm run docs:configuration\` from libs/broker-core/src/config; edit the tables there. -->

The files are RocketMQ's: \`.properties\` grammar, RocketMQ's keys. Three rules bite people, so they are checked here:

* A comment needs a line of its own. Behind a value it becomes part of the value.
* An unknown key is a warning that names the nearest known one. Nothing starts wrongly spelled in silence.
* A wrong value ends the start, with all problems listed at once and exit code 2.

"at once" keys can be changed while the broker runs (\`mqadmin updateBrokerConfig\`, request code 25); such a change is also
written into the file that was given with \`-c\`. The others count from the next start on, and changing them by request is
refused.

## Command lines

| command | options |
| --- | --- |
| \`npx mqnamesrv\` | \`-c file\` · \`-p\` print all settings and end · \`-h\` · \`key=value ...\` |
| \`npx mqbroker\` | \`-c file\` · \`-n host:port;host:port\` · \`-p\` print all settings and end · \`-m\` the important ones · \`-h\` · \`key=value ...\` |
| \`npm run broker --\` | \`-c file\` · \`-n host:port;host:port\` · \`-h\` · \`key=value ...\` |
| \`npm run store --\` | \`inspect DIR\` · \`verify DIR\` · \`dump DIR [offset]\` · \`--json\` · \`-h\` |

\`key=value\` words win over the file, \`-n\` wins over both. All of them end with 0 after SIGTERM, SIGINT or SIGHUP, with 1 when they
cannot start or go on (a port in use, a failing disk), and with 2 when what was asked makes no sense (an option, a value, a
store that another process holds).

## Environment

| variable | read by | what it does |
| --- | --- | --- |
| \`NAMESRV_ADDR\` | mqbroker, broker | Name servers when neither file nor \`-n\` names any. With it \`npm run broker\` starts no name server of its own. |
| \`ADVERTISED_HOST\` | mqbroker, broker | The address that clients are told, when \`brokerIP1\` is left out. |
| \`ROCKETMQ_LOG_LEVEL\` | mqnamesrv, mqbroker | \`error\`, \`warn\`, \`info\` (default) or \`debug\`. |
| \`BROKER_CONF\`, \`NAMESRV_CONF\` | broker | The two files. |
| \`HTTP_HOST\`, \`HTTP_PORT\` | broker | Where \`GET /health\` and \`GET /health/live\` answer; \`0.0.0.0\` and \`8090\`. |
| \`LOG_LEVEL\`, \`LOG_FORMAT\` | broker | \`info\`; \`json\` or \`pretty\`, by default whatever stdout is. |

## broker.conf

${Object.entries(slices)
  .map(([slice, title]) => `### ${title}\n\n${tableOf(brokerKeys[slice])}`)
  .join('\n\n')}

## namesrv.conf

${tableOf(nameServerKeys)}

## Refused

Settings that would be dangerous to accept without doing what they say end the start: \`aclEnable\`, \`authenticationEnabled\`,
\`authorizationEnabled\`, \`enableDLegerCommitLog\`, \`enableControllerMode\`, \`useTLS\`, \`transRocksDBEnable\`, \`timerRocksDBEnable\` and
\`enablePropertyFilter\` with any value but \`false\`, \`brokerRole=SLAVE\`, \`defaultMessageRequestMode=POP\`, \`storeType\` other than \`default\`.

## Accepted without effect

Keys of RocketMQ that mean nothing here are read, shown by \`mqbroker -p\` and \`mqadmin getBrokerConfig\`, and named in a warning when
they differ from RocketMQ's default, so that a file moves here unedited.

${withoutEffect()}
`;

// The page is held to the same form as everything else here.
const biome = join(import.meta.dirname, '..', 'node_modules', '.bin', 'biome');
const formatted = execFileSync(biome, ['format', `--stdin-file-path=${page}`], { input: text, encoding: 'utf8' });

if (process.argv.includes('--check')) {
  const isCurrent = readFileSync(page, 'utf8') === formatted;
  console.log(
    isCurrent ? 'docs/configuration.md is current' : 'docs/configuration.md is stale: npm run docs:configuration',
  );
  process.exitCode = isCurrent ? 0 : 1;
} else {
  writeFileSync(page, formatted);
  console.log(`wrote ${page}`);
}
