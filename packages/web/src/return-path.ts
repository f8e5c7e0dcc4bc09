/**
 * The path that a person is sent to after signing in. Gives `fallback` for anything but a path on this same origin, so
 * that a link to us can never send someone elsewhere (CWE-601): other origins, `//host`, back-slashes, control characters
 * and the sign-in pages themselves are all refused.
 */
export function safeReturnPath(wanted: unknown, fallback = '/'): string {
  if (typeof wanted !== 'string' || wanted.length > 2000) return fallback;
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wanted)) return fallback;
  const here = 'http://same-origin.invalid';
  const url = URL.parse(wanted, here);
  if (!url || url.origin !== here || url.pathname.startsWith('//')) return fallback;
  if (/^\/sign-(in|out)(\/|$)/.test(url.pathname)) return fallback;
  return `${url.pathname}${url.search}${url.hash}`;
}
