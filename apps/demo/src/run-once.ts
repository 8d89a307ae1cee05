import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Reporter } from './console/reporter.js';
import { judge, type Outcome } from './console/outcome.js';
import { Journal } from './journal/journal.js';
import { MESSAGE_KINDS, type MessageKind } from './message/message-kind.js';

const PATIENCE_MS = 30_000;
/** On a cluster that creates topics by their first message, consumers may look for new topics only every 30 s. */
const PATIENCE_ELSEWHERE_MS = 60_000;

/** Calls GET /message/send over HTTP, shows what happens, waits for the last message, says how it went. */
export async function runOnce(
  app: NestFastifyApplication,
  url: string,
  isElsewhere: boolean,
  reporter: Reporter,
): Promise<boolean> {
  const journal = app.get(Journal);
  const kinds = app.get<readonly MessageKind[]>(MESSAGE_KINDS);
  const startedAt = performance.now();
  const shown = journal.news.subscribe((entry) => reporter.entry(entry));
  const response = await fetch(`${url}/message/send`);
  if (!response.ok)
    journal.failed('GET /message/send', '(all)', new Error(`HTTP ${response.status}: ${await response.text()}`));
  const outcome = await outcomeOf(journal, kinds, isElsewhere ? PATIENCE_ELSEWHERE_MS : PATIENCE_MS);
  shown.unsubscribe();
  reporter.summary(kinds, outcome, (performance.now() - startedAt) / 1000);
  return outcome.problems.length === 0;
}

/** The outcome as soon as nothing is missing, or when patience ends. */
function outcomeOf(journal: Journal, kinds: readonly MessageKind[], patienceMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const look = () => {
      const outcome = judge(kinds, journal.entries);
      const hasFailed = journal.entries.some(({ happening }) => happening === 'failed');
      if (outcome.problems.length === 0 || hasFailed) finish(outcome);
    };
    const finish = (outcome: Outcome) => {
      clearTimeout(timer);
      news.unsubscribe();
      resolve(outcome);
    };
    const timer = setTimeout(() => finish(judge(kinds, journal.entries)), patienceMs);
    const news = journal.news.subscribe(look);
    look();
  });
}
