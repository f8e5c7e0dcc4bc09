/** Whether any of some texts holds a phrase, ignoring case and how white space is written. An empty phrase is in none. */
export function holdsPhrase(texts: readonly string[], phrase: string): boolean {
  const wanted = plain(phrase);
  return wanted !== '' && texts.some((text) => plain(text).includes(wanted));
}

function plain(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}
