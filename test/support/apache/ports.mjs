import { createServer } from 'node:net';

/** @param {number} port */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '0.0.0.0', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

// Below the kernel's ephemeral range (32768…), so that an outgoing connection cannot take a port between probe and bind.
const lowest = 12_000;
const highest = 31_000;
/** Ports handed out by this process: two clusters started at once must not get the same. @type {Set<number>} */
const given = new Set();

/** @param {number[]} neighbours */
async function freeWith(neighbours) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const wanted = [port, ...neighbours.map((distance) => port + distance)];
    if (wanted.some((one) => given.has(one))) continue;
    const free = await Promise.all(wanted.map(isFree));
    if (!free.every(Boolean)) continue;
    for (const one of wanted) given.add(one);
    return port;
  }
  throw new Error(`no free port between ${lowest} and ${highest} after 200 tries`);
}

/** Any free port. */
export const freePort = () => freeWith([]);

/** A broker listens on port, port-2 (the VIP channel) and port+1 (HA). */
export const freeBrokerPort = () => freeWith([-2, 1]);
