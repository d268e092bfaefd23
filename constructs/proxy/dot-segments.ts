const SEPARATOR = String.raw`(?:/|\\|%2f|%5c)`;
const DOTS = String.raw`(?:\.|%2e){1,2}`;
/** Also a path parameter ends a name: Tomcat reads `/a/..;x/b` as `/b`, which proxies do not. */
const END = String.raw`(?:[/\\;?#\s]|%2f|%5c|%3b|$)`;

/**
 * Finds `.` and `..` as whole segments of a path, also in disguise (`%2e`, `..;x`, `..%2f`, backslashes), in a request
 * target as the client sent it (RFC 9112, 3.2); letter case must be ignored. What comes after the `?` is not looked at,
 * and names such as `...` or `..git` are names. Proxies pass paths on as they are, so what they and the server behind
 * them would resolve to different paths must not get through. A regular expression (PCRE, JavaScript) that captures
 * nothing.
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4
 */
export const DOT_SEGMENTS = String.raw`^[^?\s]*${SEPARATOR}${DOTS}${END}`;

/** The same in a request line, which has the method before the target. */
export const DOT_SEGMENTS_IN_LINE = String.raw`^\S+ [^?\s]*${SEPARATOR}${DOTS}${END}`;
