import { encodeBrokerStatsData } from '../protocol/bodies/admin-stats.js';
import { encodeKVTable } from '../protocol/bodies/kv-table.js';
import { encodeHARuntimeInfo } from '../protocol/bodies/ha-runtime-info.js';
import { ViewBrokerStatsDataRequestHeader } from '../protocol/headers/inspection.headers.js';
import type { RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { RequestError } from '../runtime/errors.js';
import { type AdminParts, type ProcessorTable, success } from './admin-parts.js';
import { runtimeInfoOf } from './runtime-info.js';

/** The broker at a glance: GET_BROKER_RUNTIME_INFO (28), VIEW_BROKER_STATS_DATA (315), GET_BROKER_HA_STATUS (907). */
export function runtimeInfoProcessors(parts: AdminParts): ProcessorTable {
  return [
    [
      RequestCode.GET_BROKER_RUNTIME_INFO,
      async () => success(encodeKVTable({ table: new Map(await runtimeInfoOf(parts)) })),
    ],
    [RequestCode.VIEW_BROKER_STATS_DATA, (request) => statsData(parts, request)],
    [RequestCode.GET_BROKER_HA_STATUS, () => haStatus(parts)],
  ];
}

function statsData({ stats }: AdminParts, request: RemotingCommand): RemotingCommand {
  const { statsName, statsKey } = ViewBrokerStatsDataRequestHeader.decode(request.extFields);
  const counter = stats.find(statsName, statsKey);
  if (!counter) throw new RequestError(ResponseCode.SYSTEM_ERROR, `The stats <${statsName}> <${statsKey}> not exist`);
  const body = {
    statsMinute: counter.snapshot('minute'),
    statsHour: counter.snapshot('hour'),
    statsDay: counter.snapshot('day'),
  };
  return success(encodeBrokerStatsData(body));
}

/** A master without slaves. */
function haStatus({ store }: AdminParts): RemotingCommand {
  const haClientRuntimeInfo = {
    masterAddr: '',
    transferredByteInSecond: 0,
    maxOffset: 0,
    lastReadTimestamp: 0,
    lastWriteTimestamp: 0,
    masterFlushOffset: 0,
    activated: false,
  };
  const body = {
    master: true,
    masterCommitLogMaxOffset: store.maxCommitLogOffset,
    inSyncSlaveNums: 0,
    haConnectionInfo: [],
    haClientRuntimeInfo,
  };
  return success(encodeHARuntimeInfo(body));
}
