import { type ProtocolErrorCode, protocolErrors } from './protocol-errors.ts';

export type { ProtocolErrorCode } from './protocol-errors.ts';

/**
 * Something that the protocol does not allow. `code` is stable and is the code of the problem document; `detail` says
 * which part, in words that hold no content of what was refused.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  readonly detail: string;

  constructor(code: ProtocolErrorCode, detail: string = protocolErrors[code].sentence) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}
