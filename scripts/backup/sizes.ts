/** Bytes for people. */
export function megabytes(bytes: number): string {
  const size = bytes / 1e6;
  return size < 10 ? `${size.toFixed(1)} MB` : `${Math.round(size)} MB`;
}
