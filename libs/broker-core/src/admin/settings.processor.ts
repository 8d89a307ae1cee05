import { encodeDataVersion } from '../protocol/bodies/data-version.js';
import { GetBrokerConfigResponseHeader } from '../protocol/headers/topic-admin.headers.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { Connection } from '../remoting/connection.js';
import { type AdminParts, type ProcessorTable, success } from './admin-parts.js';

/** Operators read and change the configuration: GET_BROKER_CONFIG (26), UPDATE_BROKER_CONFIG (25). */
export function settingsProcessors(parts: AdminParts): ProcessorTable {
  const startedAt = parts.clock.now();
  return [
    [RequestCode.GET_BROKER_CONFIG, () => get(parts, startedAt)],
    [RequestCode.UPDATE_BROKER_CONFIG, (request, connection) => update(parts, request, connection)],
  ];
}

function get({ brokerSettings }: AdminParts, startedAt: number): RemotingCommand {
  const version = { stateVersion: 0, timestamp: startedAt, counter: brokerSettings.version };
  const header = GetBrokerConfigResponseHeader.encode({ version: encodeDataVersion(version).toString() });
  return createResponse(ResponseCode.SUCCESS, undefined, header, Buffer.from(brokerSettings.toProperties()));
}

/** Names are logged, values are not: one of them may be a secret. */
async function update(parts: AdminParts, request: RemotingCommand, connection: Connection): Promise<RemotingCommand> {
  const { brokerSettings, registration, logger } = parts;
  const text = request.body?.toString('utf8') ?? '';
  brokerSettings.update(text);
  const keys = [...text.matchAll(/^\s*([\w.]+)\s*[=:]/gm)].map((match) => match[1] ?? '');
  logger.info('settings changed by an operator', { keys, client: connection.remoteAddress });
  // What others were told may be different now.
  if (keys.includes('brokerPermission') || keys.includes('namesrvAddr')) await registration.registerAll();
  return success();
}
