/** Something handed to the package cannot be worked with. The message is a sentence for an analyst; it holds codes only. */
export class DisclosureError extends Error {
  override readonly name = 'DisclosureError';
}
