import { z } from 'zod';
import { ConfigError } from 'rocketmq-broker-core';

const port = z.coerce.number().int().min(0).max(65_535);

/** What the environment may say; everything about broker and name server themselves stands in their files. */
const schema = z.object({
  /** A broker.conf. */
  BROKER_CONF: z.string().min(1).optional(),
  /** A namesrv.conf. */
  NAMESRV_CONF: z.string().min(1).optional(),
  /** Name servers that run elsewhere; then none is started here. */
  NAMESRV_ADDR: z.string().min(1).optional(),
  /** The address that clients are told, where it cannot be detected (containers). */
  ADVERTISED_HOST: z.string().min(1).optional(),
  HTTP_HOST: z.string().min(1).default('0.0.0.0'),
  HTTP_PORT: port.default(8090),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  /** `pretty` for eyes, `json` for machines; by default whatever stdout is. */
  LOG_FORMAT: z.enum(['json', 'pretty']).optional(),
});

export type Environment = z.infer<typeof schema>;

/**
 * The environment, checked. Empty variables count as unset, as container files leave them.
 *
 * Throws  ConfigError that lists every problem at once
 */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
}
