import { InputError } from '../errors';

/** How much a proxy works on at once, and what it may use for that. */
export interface ProxyLoadProps {
  /** Processor cores that the proxy may keep busy, 1 to 64: as many worker processes. @default 2 */
  readonly cores?: number;
  /**
   * Requests that are worked on at once, a multiple of `cores`. Of more, Apache lets the surplus wait for its turn,
   * and nginx answers it with 503. At most 256 for each core.
   * @default - 128 for each core
   * @see https://httpd.apache.org/docs/2.4/mod/mpm_common.html#maxrequestworkers
   */
  readonly maxRequests?: number;
  /**
   * MiB that the proxy may use, at least 64 and a sixteenth for each of `maxRequests`.
   * @default - 192, and a quarter for each of `maxRequests`
   */
  readonly memory?: number;
}

const MOST_CORES = 64;
const MOST_REQUESTS_PER_CORE = 256;
const DEFAULT_REQUESTS_PER_CORE = 128;
/** MiB that a proxy needs for itself, and for each request: buffers, TLS, and for Apache a thread. */
const LEAST_MEMORY = 64;
const LEAST_MEMORY_PER_REQUEST = 1 / 16;

/** How much a proxy works on at once, and what it needs for that. */
export class ProxyLoad {
  /** Processor cores that it may keep busy. */
  public readonly cores: number;
  /** Requests that are worked on at once. */
  public readonly maxRequests: number;
  /** MiB. */
  public readonly memory: number;

  public constructor(where: string, props: ProxyLoadProps) {
    const { cores = 2 } = props;
    if (!Number.isInteger(cores) || cores < 1 || cores > MOST_CORES) {
      throw new InputError(where, `${cores} cores`, `write a whole number from 1 to ${MOST_CORES}`);
    }
    const { maxRequests = DEFAULT_REQUESTS_PER_CORE * cores } = props;
    const most = MOST_REQUESTS_PER_CORE * cores;
    if (!Number.isInteger(maxRequests) || maxRequests < 1 || maxRequests % cores !== 0 || maxRequests > most) {
      throw new InputError(
        where,
        `maxRequests ${maxRequests} on ${cores} cores`,
        `write a multiple of ${cores} up to ${most}`,
      );
    }
    const { memory = 192 + Math.ceil(maxRequests / 4) } = props;
    const least = LEAST_MEMORY + Math.ceil(maxRequests * LEAST_MEMORY_PER_REQUEST);
    if (!Number.isInteger(memory) || memory < least) {
      throw new InputError(
        where,
        `${memory} MiB of memory for ${maxRequests} requests at once`,
        `write a whole number of MiB from ${least}`,
      );
    }
    this.cores = cores;
    this.maxRequests = maxRequests;
    this.memory = memory;
  }

  /** Requests that one worker process works on at once. */
  public get requestsPerCore(): number {
    return this.maxRequests / this.cores;
  }

  /**
   * Connections of one process, which may happen to get all the requests: two for each, one to the client and one to
   * the backend, and some more for clients that are just connected.
   */
  public get connections(): number {
    return 2 * this.maxRequests + 256;
  }

  /** Open files of one process: its connections, and a few of its own. */
  public get openFiles(): number {
    return Math.max(16384, this.connections + 128);
  }

  /** Processes and threads, where each request has a thread, HTTP/2 another, and those of before a reload still run. */
  public get processes(): number {
    return Math.max(8192, 8 * this.maxRequests);
  }
}
