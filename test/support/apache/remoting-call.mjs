import { connect } from 'node:net';

/**
 * One request in RocketMQ's remoting protocol (JSON header), written here by hand on purpose: the harness must not trust
 * the code that it tests.
 *
 * Shape   u32 length of the rest · u32 length of the header (top byte 0: JSON) · header · body
 *
 * @param {string} address host:port
 * @param {number} code
 * @param {Record<string, string>} [extFields]
 * @param {number} [timeoutMs]
 * @returns {Promise<{ code: number, remark?: string, extFields?: Record<string, string>, body: Buffer }>}
 */
export function remotingCall(address, code, extFields = {}, timeoutMs = 30_000) {
  const [host, port] = address.split(':');
  const header = Buffer.from(
    JSON.stringify({
      code,
      language: 'OTHER',
      version: 475,
      opaque: 1,
      flag: 0,
      extFields,
      serializeTypeCurrentRPC: 'JSON',
    }),
  );
  const frame = Buffer.alloc(8 + header.length);
  frame.writeUInt32BE(4 + header.length, 0);
  frame.writeUInt32BE(header.length, 4);
  header.copy(frame, 8);

  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host);
    let received = Buffer.alloc(0);
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`${address} gave no answer to request ${code}`)));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${address} closed the connection at request ${code}`)));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readUInt32BE(0)) return;
      const headerLength = received.readUInt32BE(4) & 0xffffff;
      const answer = JSON.parse(received.toString('utf8', 8, 8 + headerLength));
      const body = received.subarray(8 + headerLength, 4 + received.readUInt32BE(0));
      resolve({ ...answer, body });
      socket.destroy();
    });
    socket.write(frame);
  });
}
