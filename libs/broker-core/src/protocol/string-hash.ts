/**
 * Java's String.hashCode: the hash behind tagsCode, index keys and heartbeat fingerprints. 32 bits, signed.
 *
 * Source  java.lang.String#hashCode
 */
export function javaStringHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}
