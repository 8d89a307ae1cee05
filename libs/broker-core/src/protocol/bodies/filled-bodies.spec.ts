import { describe, expect, it } from '@jest/globals';
import { golden } from '../../../../../test/support/golden.js';
import { parseJson } from '../json.js';
import * as stats from './admin-stats.js';
import * as connections from './client-connection.js';
import * as cluster from './cluster-info.js';
import * as running from './consumer-running-info.js';
import * as ha from './ha-runtime-info.js';
import * as heartbeat from './heartbeat-data.js';
import * as tables from './kv-table.js';
import * as locks from './lock-batch-body.js';
import * as reset from './reset-offset-body.js';
import * as groups from './subscription-group-wrapper.js';
import * as topics from './topic-list-requests.js';
import * as route from './topic-route-data.js';

const codecs = new Map<string, unknown>(
  [stats, connections, cluster, running, ha, heartbeat, tables, locks, reset, groups, topics, route].flatMap((module) =>
    Object.entries(module),
  ),
);

describe('a body of Apache with something in every field', () => {
  it.each([...golden('bodies-filled')])('loses none: %s', (name, text) => {
    const decode = codecs.get(`decode${name}`) as (body: Buffer) => never;
    const encode = codecs.get(`encode${name}`) as (value: never) => Buffer;
    const again = encode(decode(Buffer.from(text))).toString();
    // What Java's getters print besides, in words, is for people.
    const spoken = text.replace(/,"\w+TimeStampStr":"[^"]*"/g, '');
    expect(parseJson(again)).toEqual(parseJson(spoken));
  });
});
