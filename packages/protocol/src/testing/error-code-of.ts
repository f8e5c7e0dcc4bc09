import { ProtocolError, type ProtocolErrorCode } from '../protocol-error.ts';

/** The code that a call fails with; undefined when it succeeds. Anything but a `ProtocolError` is thrown on. */
export function errorCodeOf(call: () => unknown): ProtocolErrorCode | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return undefined;
}
