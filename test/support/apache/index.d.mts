import type { ChildProcess } from 'node:child_process';

/** What a test may ask of a name server and a broker, whoever wrote them. */
export interface ClusterUnderTest {
  /** Which implementation runs: Apache's or ours. */
  readonly kind: 'apache' | 'ours';
  /** host:port of the name server. */
  readonly nameServerAddr: string;
  /** host:port of the broker. */
  readonly brokerAddr: string;
  /** The port in brokerAddr. */
  readonly brokerPort: number;
  readonly brokerName: string;
  readonly clusterName: string;
  /** storePathRootDir; kept after stop() when the caller chose it. */
  readonly storeDir: string;
  /** Configuration, logs and name-server files of this run. */
  readonly workDir: string;
  /** The broker's process id, while it runs. */
  readonly brokerPid: number | undefined;
  /** Milliseconds from spawn to "boot success" of the broker, at its last start. */
  readonly brokerStartMs: number;
  /** Servers that ended although nobody asked them to, each with its last lines. */
  readonly endedUnasked: readonly string[];
  /** SIGKILL to the broker; resolves when the process is gone. */
  killBroker(): Promise<void>;
  /** SIGTERM to the broker; resolves when the process is gone; throws if it had to be killed. */
  stopBroker(): Promise<{ exitCode: number | null; ms: number }>;
  /** Starts the broker again, on the same ports and directory. */
  restartBroker(): Promise<void>;
  /** Stops both and removes the temporary directory (unless keepFiles). */
  stop(): Promise<void>;
  /** The last lines of the logs of both processes, for a failure's report. */
  logTail(lines?: number): string;
}

export interface ClusterOptions {
  /** Default: a fresh directory under workDir. */
  storeDir?: string;
  /** Default: a free one, with its neighbours -2 and +1 free too. */
  brokerPort?: number;
  nameServerPort?: number;
  /** host:port of a name server that already runs: the broker joins it, and none is started. */
  joinNameServer?: string;
  brokerName?: string;
  clusterName?: string;
  /** More lines for broker.conf; they win over the harness's own. */
  brokerConfig?: Record<string, string | number | boolean>;
  nameServerConfig?: Record<string, string | number | boolean>;
  /** Keep workDir after stop(), for a look at logs. */
  keepFiles?: boolean;
  /** Longest wait for "boot success". Default 60,000 ms. */
  startTimeoutMs?: number;
  /** Put in front of the broker's command line, e.g. ['taskset', '-c', '0']. */
  brokerPrefix?: string[];
  /** JVM flags of Apache's broker in place of -Xms256m -Xmx1g (Apache only). */
  brokerJvm?: string[];
}

/** Apache RocketMQ 5.5.0 from Maven Central, fetched at first use. */
export function startApacheCluster(options?: ClusterOptions): Promise<ClusterUnderTest>;
/** Our own mqnamesrv and mqbroker, as users start them. */
export function startOurCluster(options?: ClusterOptions): Promise<ClusterUnderTest>;
export function startCluster(kind: 'apache' | 'ours', options?: ClusterOptions): Promise<ClusterUnderTest>;

/** Folder of Apache's jars (servers, tools, load programs); Maven runs only the first time. */
export function fetchApacheServers(version?: string): Promise<string>;
/** `conf:lib/*` for -cp. */
export function apacheClassPath(version?: string): Promise<string>;

export interface RunResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  ms: number;
}
/** Apache's mqadmin as a process of its own: `await mqadmin('127.0.0.1:9876', ['clusterList'])`. */
export function mqadmin(nameServerAddr: string, args: string[]): Promise<RunResult>;

/** A port with port-2 and port+1 free too, as a broker needs. */
export function freeBrokerPort(): Promise<number>;
export function freePort(): Promise<number>;
/** `java` of JAVA_HOME or PATH. */
export function javaCommand(): string;
/** Kills the child when this process ends, however it ends. */
export function endWithUs(child: ChildProcess): void;
/** Runs a command to its end, collecting its output; rejects only when it cannot be started. */
export function run(
  command: string,
  args: string[],
  options?: { cwd?: string; env?: Record<string, string | undefined>; timeoutMs?: number },
): Promise<RunResult>;
/** Root of what is fetched or built for conformance; ROCKETMQ_CONFORMANCE_CACHE moves it. */
export function cacheDir(): string;
/** One request in the remoting protocol with a JSON header, for looks below the clients. */
export function remotingCall(
  address: string,
  code: number,
  extFields?: Record<string, string>,
  timeoutMs?: number,
): Promise<{ code: number; remark?: string; extFields?: Record<string, string>; body: Buffer }>;
