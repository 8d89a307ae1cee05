import type { RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import type { Connection } from '../remoting/connection.js';
import { type AdminParts, type ProcessorTable, success } from './admin-parts.js';

/** Cleaning by hand: CLEAN_EXPIRED_CONSUMEQUEUE (306), CLEAN_UNUSED_TOPIC (316), DELETE_EXPIRED_COMMITLOG (329). */
export function maintenanceProcessors(parts: AdminParts): ProcessorTable {
  const { store, topics } = parts;
  return [
    [RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE, cleaning(parts, () => store.cleanExpiredConsumeQueue())],
    [
      RequestCode.CLEAN_UNUSED_TOPIC,
      cleaning(parts, () => {
        const unused = [...store.topicsWithQueues].filter((topic) => !topics.get(topic) && !topics.isSystem(topic));
        return store.deleteTopics(new Set(unused));
      }),
    ],
    [RequestCode.DELETE_EXPIRED_COMMITLOG, cleaning(parts, () => store.executeDeleteFilesManually())],
  ];
}

/** Somebody threw something away: that is worth a line, with who it was. */
function cleaning({ logger }: AdminParts, clean: () => unknown) {
  return async (request: RemotingCommand, connection: Connection): Promise<RemotingCommand> => {
    logger.warn('an operator cleans by hand', { requestCode: request.code, client: connection.remoteAddress });
    await clean();
    return success();
  };
}
