import { isFollowedBy, isPrecededBy } from './cues.ts';
import type { Mark } from './finding.ts';

const atSign = / ?(?:@|\(at\)|\[at\]) ?/gi;
const localPartCharacter = /[A-Za-z0-9_%+'.&-]/;
const mailDomain = /[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}/y;
const spelledEmailPattern =
  /\b(?:[a-z0-9_-]{1,24} dot ){0,3}[a-z0-9_.-]{1,64} at [a-z0-9-]{1,63} dot (?:com|co dot uk|org|net|uk|gov dot uk|sch dot uk)\b/gi;
const urlPattern = /\b(?:https?|ftp):\/\/[^\s<>"']{2,2000}|\bwww\.[^\s<>"']{3,2000}/gi;
const domainPattern =
  /(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,5}(?:com|org|net|uk|gov|edu|info|io|eu|ie|me|tv|biz|app|dev|co|us|de|fr|nl|dk|se|no|fi|pl|ro|it|es|pt|ch|at|be|cz|hu|gr|ru|in|au|ca|nz|za|jp|cn|br)(?:\/[^\s<>"']{0,2000})?(?![\w-])/gi;
const handlePattern = /(?<![\w@.])@[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,38}[A-Za-z0-9_])?/g;
const namedHandlePattern =
  /\b(?:snapchat|snap|insta|instagram|tiktok|tik tok|discord|telegram|twitter|facebook|kik|roblox|xbox|psn|playstation|steam|youtube|reddit|user|gamer ?tag|username|user ?name|handle|screen ?name|login)\b(?: (?:account|handle|name|id|tag|username|user|called|is|was|as|under|profile)){0,4}[ :="'(]{1,3}([A-Za-z][A-Za-z0-9_.]{1,30}\d[A-Za-z0-9_.]{0,10}|[A-Za-z0-9]{1,24}_[A-Za-z0-9_]{1,24})/gi;
// No word of English holds an underscore between letters; account names do.
const underscoredPattern = /(?<![\w@./-])\p{L}[\p{L}\d.]{0,23}_[\p{L}\d_]{1,24}(?![\w/.]*[/.]\w)/gu;
const ipv4Pattern = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]*\d)/g;
const ipv6Pattern = /(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi;
const macPattern = /\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi;

// Cheap signs without which a pattern cannot match: most texts have few of them, and the patterns are not tried in vain.
const spelledDot = / dot /i;
const addressStart = /:\/\/|www\./i;
const joinedByDot = /\.[a-z]/i;
const digitOrUnderscore = /[\d_]/;
const numbersJoinedByDot = /\d\.\d/;

/** Addresses of the network: e-mail, pages, handles, machines. */
export function webIdentifierMarks(text: string): Mark[] {
  const marks: Mark[] = [];
  const matches = (pattern: RegExp, mayMatch: boolean) => (mayMatch ? text.matchAll(pattern) : []);
  const add = (start: number, value: string, kind: Mark['kind'], why: string, confidence = 0.98) => {
    const trimmed = value.replace(/[.,;:!?)\]}'"-]+$/, '');
    marks.push({ start, end: start + trimmed.length, kind, severity: 'block', confidence, why, suggestion: null });
  };
  for (const match of text.matchAll(atSign)) {
    let start = match.index;
    while (start > 0 && match.index - start < 64 && localPartCharacter.test(text.charAt(start - 1))) {
      start--;
    }
    mailDomain.lastIndex = match.index + match[0].length;
    const domain = mailDomain.exec(text);
    if (start < match.index && domain) {
      add(start, text.slice(start, mailDomain.lastIndex), 'email', 'This is an e-mail address.');
    }
  }
  for (const match of matches(spelledEmailPattern, spelledDot.test(text))) {
    add(match.index, match[0], 'email', 'This is an e-mail address in words.', 0.9);
  }
  for (const match of matches(urlPattern, addressStart.test(text))) {
    add(match.index, match[0], 'url', 'This is the address of a page.');
  }
  for (const match of matches(domainPattern, joinedByDot.test(text))) {
    if (isWebDomain(match[0])) {
      add(match.index, match[0], 'url', 'This is the address of a page.', 0.85);
    }
  }
  for (const match of matches(handlePattern, text.includes('@'))) {
    if (/[A-Za-z]/.test(match[0])) {
      add(match.index, match[0], 'handle', 'This is an account name on a network.', 0.95);
    }
  }
  for (const match of matches(namedHandlePattern, digitOrUnderscore.test(text))) {
    const value = match[1] ?? '';
    add(match.index + match[0].length - value.length, value, 'handle', 'This is an account name on a network.', 0.9);
  }
  for (const match of matches(underscoredPattern, text.includes('_'))) {
    add(match.index, match[0], 'handle', 'This is written as account names are.', 0.8);
  }
  for (const match of matches(ipv4Pattern, numbersJoinedByDot.test(text))) {
    if (
      !isPrecededBy(text, match.index, /(?:version|section|paragraph|rule|v)\.? ?$/i) &&
      !isFollowedBy(text, match.index + match[0].length, /^[%§]/)
    ) {
      add(match.index, match[0], 'ip-address', 'This is the address of a machine on the internet.', 0.9);
    }
  }
  for (const match of matches(ipv6Pattern, text.includes(':'))) {
    if ((match[0].match(/[0-9a-f]+/gi) ?? []).length >= 3 && (match[0].match(/:/g) ?? []).length >= 4) {
      add(match.index, match[0], 'ip-address', 'This is the address of a machine on the internet.', 0.9);
    }
  }
  for (const match of text.matchAll(macPattern)) {
    add(match.index, match[0], 'ip-address', 'This is the address of a device.', 0.9);
  }
  return marks;
}

function isWebDomain(value: string): boolean {
  // "day.in" and "him.no" are two sentences without a space between them, not an address.
  const ending = value.split('/')[0]?.split('.').at(-1)?.toLowerCase() ?? '';
  if (['com', 'org', 'net', 'uk', 'gov', 'edu', 'info', 'io', 'biz', 'tv', 'app', 'dev', 'eu'].includes(ending)) {
    return true;
  }
  return value.includes('/') || value.split('.').length > 2;
}
