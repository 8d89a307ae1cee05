export { startApacheCluster, startCluster, startOurCluster } from './cluster.mjs';
export { apacheClassPath, cacheDir, fetchApacheServers } from './fetch.mjs';
export { mqadmin } from './mqadmin.mjs';
export { freeBrokerPort, freePort } from './ports.mjs';
export { endWithUs, javaCommand, run } from './processes.mjs';
export { remotingCall } from './remoting-call.mjs';
