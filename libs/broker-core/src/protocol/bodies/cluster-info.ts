import { bodyOf, mapOf, objectOf, setOf, type ShapeValue, numberMapOf, text } from '../json-shape.js';
import { brokerDataShape } from './topic-route-data.js';

const clusterInfoShape = objectOf({
  brokerAddrTable: mapOf(brokerDataShape),
  clusterAddrTable: mapOf(setOf(text)),
});

/** All brokers of a name server: the answer to GET_BROKER_CLUSTER_INFO; never in standard JSON. */
export type ClusterInfo = ShapeValue<typeof clusterInfoShape>;

const clusterInfo = bodyOf('ClusterInfo', clusterInfoShape);
export const encodeClusterInfo = clusterInfo.encode;
export const decodeClusterInfo = clusterInfo.decode;

const brokerMemberGroupShape = objectOf({ cluster: text, brokerName: text, brokerAddrs: numberMapOf(text) });

/** The brokers that share a name, as the name server knows them. */
export type BrokerMemberGroup = ShapeValue<typeof brokerMemberGroupShape>;

const memberGroup = bodyOf(
  'GetBrokerMemberGroupResponseBody',
  objectOf({ brokerMemberGroup: brokerMemberGroupShape.optional }),
);
export const encodeGetBrokerMemberGroupResponseBody = memberGroup.encode;
export const decodeGetBrokerMemberGroupResponseBody = memberGroup.decode;
