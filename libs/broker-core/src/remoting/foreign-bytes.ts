const TLS_HANDSHAKE = 0x16;

/**
 * What a peer speaks whose first bytes are clearly something else, as a sentence that says what to do; undefined when
 * they may be the remoting protocol. Each of them would be a frame of more than 300 MB.
 */
export function describeForeignBytes(first: Buffer): string | undefined {
  if (first[0] === TLS_HANDSHAKE && first[1] === 3)
    return 'it speaks TLS, which this port does not; turn TLS off in the client';
  const text = first.toString('latin1', 0, 8);
  if (/^(GET|POST|PUT|HEAD|OPTIONS) /.test(text)) return 'it speaks HTTP; this is the remoting port';
  if (text.startsWith('PRI * HT')) return 'it speaks HTTP/2 (gRPC); this is the remoting port';
  if (text.startsWith('PROXY ') || text === '\r\n\r\n\0\r\nQ')
    return 'it sends a PROXY header, which this port does not read';
  return undefined;
}
