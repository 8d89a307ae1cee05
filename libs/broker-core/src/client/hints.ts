import { ResponseCode } from '../protocol/response-code.js';

/** What an error is about, as far as the caller knows. */
export interface Subject {
  readonly topic?: string | undefined;
  readonly group?: string | undefined;
}

/**
 * The next step for a response code, as a sentence for the end of an error message; undefined when there is no good one.
 * The answers are those that the field's questions end with.
 */
export function hintFor(responseCode: number, { topic = '<topic>', group = '<group>' }: Subject): string | undefined {
  switch (responseCode) {
    case ResponseCode.TOPIC_NOT_EXIST:
      return `Create it (mqadmin updateTopic -n <namesrv> -c <cluster> -t ${topic}), or let the broker do so: autoCreateTopicEnable=true`;
    case ResponseCode.SYSTEM_BUSY:
      return 'The broker is shedding load: send less at once, or wait and send again';
    case ResponseCode.SERVICE_NOT_AVAILABLE:
      return 'The store takes no writes: look at its disk (usage above diskMaxUsedSpaceRatio?), its role, and its log';
    case ResponseCode.NO_PERMISSION:
      return `Look at the permissions of topic ${topic} and of the broker (perm 2 write, 4 read, 6 both)`;
    case ResponseCode.MESSAGE_ILLEGAL:
      return 'Check the message: body up to maxMessageSize (4 MiB by default), properties up to 32,767 bytes, topic up to 127 characters';
    case ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST:
      return `Create it (mqadmin updateSubGroup -n <namesrv> -c <cluster> -g ${group}), or set autoCreateSubscriptionGroup=true on the broker`;
    case ResponseCode.SUBSCRIPTION_NOT_EXIST:
    case ResponseCode.SUBSCRIPTION_NOT_LATEST:
      return `Members of group ${group} subscribe to different topics or expressions; give all of them the same, or another group`;
    case ResponseCode.SUBSCRIPTION_PARSE_FAILED:
      return "A tag expression is '*' or tags joined by ' || ', e.g. 'tag0 || tag1'";
    case ResponseCode.REQUEST_CODE_NOT_SUPPORTED:
      return 'The server is older than this request, or it is the wrong kind of server for it (name server and broker have different ports)';
    default:
      return undefined;
  }
}
