import { startCluster } from '../../support/apache/index.mjs';
import { startJava } from '../clients/java.mjs';

/** Keeps nothing that it need not keep, at any hour. */
const forgetful = {
  mappedFileSizeCommitLog: 16 * 1024 * 1024,
  mappedFileSizeConsumeQueue: 20 * 10,
  maxHashSlotNum: 10,
  maxIndexNum: 40,
  fileReservedTime: 0,
  deleteWhen: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')).join(';'),
  deleteCommitLogFilesInterval: 0,
};

/** A broker deletes old segments while groups still have to read them. Takes a minute and a half, most of it waiting. */
export const retentionPlan = {
  name: 'store-retention',
  /** @param {'ours' | 'apache'} kind @param {boolean} keep @returns {Promise<import('../run.mjs').Result>} */
  async run(kind, keep) {
    const began = Date.now();
    const detail = await consumeWhatIsLeft(kind, keep).catch((error) => String(error?.stack ?? error));
    return { scenario: retentionPlan.name, ok: detail === '', detail, ms: Date.now() - began };
  },
};

/** @param {'ours' | 'apache'} kind @param {boolean} keep */
async function consumeWhatIsLeft(kind, keep) {
  const cluster = await startCluster(kind, { brokerConfig: forgetful, keepFiles: keep });
  try {
    const java = await startJava({
      version: '5.5.0',
      main: 'StoreRetention',
      args: ['--name-server', cluster.nameServerAddr],
    });
    let detail = 'the program ended without a result';
    for await (const line of java.lines) {
      const result = JSON.parse(line);
      detail = result.ok ? '' : result.detail;
    }
    await java.ended;
    await java.forget();
    return detail === '' ? '' : `${detail}\n${java.errors()}\n${cluster.logTail(15)}`.trim();
  } finally {
    await cluster.stop();
  }
}
