/** Seconds that both kinds of proxy wait; those of one backend are in its ProxyPass. */
export const PROXY_TIMES = {
  /** Between two packets of a client or a backend: counting the objects of a large clone can take minutes. */
  packet: 300,
  /** For the headers of a request, which come at once or not at all. */
  headers: 20,
  /** An unused connection of a client. */
  clientKeepAlive: 15,
  /**
   * An unused connection to a backend. Below the 20 s after which Tomcat closes it, or requests would now and then
   * meet a connection that is just being closed.
   */
  backendKeepAlive: 10,
  /** A backend's address: a container made anew has another one under the same name. */
  backendAddress: 5,
  /** What is being transferred when the proxy is told to stop. */
  shutdown: 50,
} as const;

/** Requests on one connection of a client. */
export const REQUESTS_PER_CONNECTION = 1000;
/** Requests at once on one connection of a client that speaks HTTP/2. */
export const STREAMS_PER_CONNECTION = 100;
/** Header fields of one request, where they are counted. */
export const HEADER_FIELDS = 100;
