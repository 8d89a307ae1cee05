import type { Dump, StoreReport, VerifyReport } from 'rocketmq-broker-core';
import { sizeText, textTable, timeText } from './text-table.js';

/** What `mqstore inspect` prints. */
export function inspectPage(report: StoreReport): string {
  const { segments, queues, indexFiles, checkpoint } = report;
  const logBytes = segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return [
    `store       ${report.directory}`,
    `abort file  ${report.hasAbortFile ? 'yes: a broker is running on it, or did not stop cleanly' : 'no: stopped cleanly'}`,
    `commitlog   ${segments.length} files of ${sizeText(report.commitLogFileBytes)}, ${sizeText(logBytes)} in all`,
    `queues      ${queues.length} in ${new Set(queues.map(({ topic }) => topic)).size} topics`,
    `index       ${indexFiles.length} files`,
    '',
    'checkpoint',
    ...Object.entries(checkpoint).map(([name, value]) => `  ${name.padEnd(28)} ${checkpointText(name, value)}`),
    '',
    textTable(
      ['#COMMITLOG FILE', '#START', '#SIZE', '#FIRST STORED', '#MODIFIED'],
      segments.map(({ name, startOffset, sizeBytes, firstStoreTimestamp, modifiedAtMs }) => [
        ...[name, startOffset, sizeText(sizeBytes), timeText(firstStoreTimestamp), timeText(modifiedAtMs)],
      ]),
    ),
    '',
    textTable(
      ['#TOPIC', '#QID', '#MIN', '#MAX', '#MESSAGES', '#LOG END', '#FILES'],
      queues.map(({ topic, queueId, minOffset, maxOffset, maxCommitLogOffset, files }) => [
        ...[topic, queueId, minOffset, maxOffset, maxOffset - minOffset, maxCommitLogOffset, files],
      ]),
    ),
    '',
    textTable(
      ['#INDEX FILE', '#SIZE', '#ENTRIES', '#FIRST STORED', '#LAST STORED', '#LOG FROM', '#LOG TO'],
      indexFiles.map((file) => [
        ...[file.name, sizeText(file.sizeBytes), Math.max(0, file.indexCount - 1)],
        ...[timeText(file.beginTimestamp), timeText(file.endTimestamp), file.beginPhyOffset, file.endPhyOffset],
      ]),
    ),
  ].join('\n');
}

/** Timestamps are shown as times too; offsets stay numbers. */
function checkpointText(name: string, value: unknown): string {
  if (value === undefined) return '-';
  return name.endsWith('Timestamp') && typeof value === 'number' ? `${value}  ${timeText(value)}` : String(value);
}

/** What `mqstore verify` prints. */
export function verifyPage(report: VerifyReport): string {
  const { findings, findingsLeftOut, damagesLeftOut } = report;
  const damages = findings.filter(({ severity }) => severity === 'damage').length + damagesLeftOut;
  return [
    ...findings.map(({ severity, place, sentence }) => `${severity.padEnd(7)} ${place}: ${sentence}`),
    ...(findingsLeftOut > 0 ? [`and ${findingsLeftOut} more`] : []),
    `verified ${report.records} messages in ${sizeText(report.logBytes)} of log, ${report.queueEntries} queue entries, ${report.indexEntries} index entries`,
    damages === 0 ? 'nothing is damaged' : `${damages} damages found`,
  ].join('\n');
}

/** What `mqstore dump` prints of one place. */
export function dumpPage(commitLogOffset: number, dump: Dump): string {
  if (dump.kind === 'blank') {
    return `${commitLogOffset}: the blank end of a file; the log goes on at ${dump.nextOffset}`;
  }
  if (dump.kind === 'nothing') {
    const next = dump.nextOffset === undefined ? 'no record follows' : `the next record is at ${dump.nextOffset}`;
    return `${commitLogOffset}: no record begins here (${dump.problem}); ${next}`;
  }
  const { message, bytes, nextOffset } = dump;
  const facts: [string, string | number][] = [
    ['commitLogOffset', commitLogOffset],
    ['sizeBytes', bytes.length],
    ['nextOffset', nextOffset],
    ['topic', message.topic],
    ['queueId', message.queueId],
    ['queueOffset', message.queueOffset],
    ['flag', message.flag],
    ['sysFlag', message.sysFlag],
    ['born', `${timeText(message.bornTimestamp)}  ${message.bornHost}`],
    ['stored', `${timeText(message.storeTimestamp)}  ${message.storeHost}`],
    ['reconsumeTimes', message.reconsumeTimes],
    ['preparedTransactionOffset', message.preparedTransactionOffset],
    ['bodyCrc', message.bodyCrc],
  ];
  const properties = [...message.properties].map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`);
  return [
    ...facts.map(([name, value]) => `${name.padEnd(26)}${value}`),
    'properties',
    ...properties,
    `body, ${message.body.length} bytes`,
    bodyText(message.body),
  ].join('\n');
}

/** Text when it is text, else the first bytes as hex. */
function bodyText(body: Buffer): string {
  const text = body.toString('utf8');
  const isText = !text.includes('\ufffd') && !/[\x00-\x08\x0e-\x1f]/.test(text);
  if (isText) return `  ${text.length > 2000 ? `${text.slice(0, 2000)}…` : text}`;
  const hex =
    body
      .subarray(0, 512)
      .toString('hex')
      .match(/.{1,64}/g) ?? [];
  return hex.map((line) => `  ${line}`).join('\n');
}
