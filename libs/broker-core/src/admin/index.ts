import type { RequestProcessor } from '../remoting/connection.js';
import type { AdminParts, ProcessorTable } from './admin-parts.js';
import { assignmentProcessors } from './assignment.processor.js';
import { clientInspectionProcessors } from './client-inspection.processor.js';
import { consumeStatsProcessors } from './consume-stats.processor.js';
import { groupAdminProcessors } from './group-admin.processor.js';
import { maintenanceProcessors } from './maintenance.processor.js';
import { offsetAdminProcessors } from './offset-admin.processor.js';
import { relayProcessors } from './relay.processor.js';
import { runtimeInfoProcessors } from './runtime-info.processor.js';
import { settingsProcessors } from './settings.processor.js';
import { topicAdminProcessors } from './topic-admin.processor.js';
import { topicInspectionProcessors } from './topic-inspection.processor.js';

export type { AdminParts } from './admin-parts.js';
export { BrokerStats } from './broker-stats.js';
export { MessageRequestModes } from './message-request-modes.js';
export { MidnightTotals } from './midnight-totals.js';

const FAMILIES: readonly ((parts: AdminParts) => ProcessorTable)[] = [
  topicAdminProcessors,
  groupAdminProcessors,
  settingsProcessors,
  runtimeInfoProcessors,
  topicInspectionProcessors,
  clientInspectionProcessors,
  consumeStatsProcessors,
  offsetAdminProcessors,
  relayProcessors,
  maintenanceProcessors,
  assignmentProcessors,
];

/** Gives every request code of operators and their tools to whoever answers it. */
export function registerAdminProcessors(
  register: (code: number, processor: RequestProcessor) => void,
  parts: AdminParts,
): void {
  for (const family of FAMILIES) for (const [code, processor] of family(parts)) register(code, processor);
}
